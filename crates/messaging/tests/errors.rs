//! Every refusal as a client gets it: its code, its sentence, and where it is wrong.

use homeroom_contract::{Failure, FieldError};
use homeroom_messaging::MessagingError;
use serde_json::Value;

use crate::school::user;

/// An example of each kind. A kind without an example doesn't compile, since the match has no wildcard.
macro_rules! examples {
    ($($kind:pat => $example:expr,)+) => {{
        let _covers_all = |refusal: &MessagingError| match refusal { $($kind => (),)+ };
        let examples = [$({
            let example = $example;
            assert!(matches!(example, $kind), "{example:?} is of another kind");
            example
        }),+];
        examples
    }};
}

#[test]
fn every_refusal() {
    let blank = FieldError::Blank { field: "name" }.under("attachments[0]");
    let refusals = examples! {
        MessagingError::NotFound(_) => MessagingError::NotFound("conversation"),
        MessagingError::NotAllowed => MessagingError::NotAllowed,
        MessagingError::SupervisionRequired => MessagingError::SupervisionRequired,
        MessagingError::Alone => MessagingError::Alone,
        MessagingError::MayNotTalk(..) => MessagingError::MayNotTalk(user("mum"), user("tom")),
        MessagingError::GuardiansTogether => MessagingError::GuardiansTogether,
        MessagingError::NotOfClass(_) => MessagingError::NotOfClass(user("tom")),
        MessagingError::MayNotHearOf(_) => MessagingError::MayNotHearOf(user("bea")),
        MessagingError::AboutInClass => MessagingError::AboutInClass,
        MessagingError::StaffOnly(_) => MessagingError::StaffOnly("priority"),
        MessagingError::NotParticipant(_) => MessagingError::NotParticipant(user("mum")),
        MessagingError::Twice { .. } => MessagingError::Twice { field: "attachments", id: "f1".to_owned() },
        MessagingError::NotSender => MessagingError::NotSender,
        MessagingError::Deleted => MessagingError::Deleted,
        MessagingError::NotAsked => MessagingError::NotAsked,
        MessagingError::OwnMessage => MessagingError::OwnMessage,
        MessagingError::NobodyIndependent => MessagingError::NobodyIndependent,
        MessagingError::Field(_) => MessagingError::Field(blank),
    };
    let failures = refusals.into_iter().map(|refusal| serde_json::to_value(Failure::from(refusal)).unwrap());
    let failures: Vec<Value> = failures.collect();
    insta::assert_json_snapshot!(failures);
}
