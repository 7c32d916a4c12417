//! Every refusal as a client gets it: its code, its sentence, and where it is wrong.

use homeroom_contract::{Failure, FieldError};
use homeroom_messaging::MessagingError;
use serde_json::Value;

use crate::school::user;

#[test]
fn every_refusal() {
    let refusals = [
        MessagingError::NotFound("conversation"),
        MessagingError::NotAllowed,
        MessagingError::SupervisionRequired,
        MessagingError::Alone,
        MessagingError::MayNotTalk(user("mum"), user("tom")),
        MessagingError::GuardiansTogether,
        MessagingError::NotOfClass(user("tom")),
        MessagingError::MayNotHearOf(user("bea")),
        MessagingError::AboutInClass,
        MessagingError::StaffOnly("priority"),
        MessagingError::NotParticipant(user("mum")),
        MessagingError::Twice { field: "attachments", id: "f1".to_owned() },
        MessagingError::NotSender,
        MessagingError::Deleted,
        MessagingError::NotAsked,
        MessagingError::OwnMessage,
        MessagingError::Field(FieldError::Blank { field: "body" }),
        MessagingError::Field(FieldError::TooMany { field: "mentions", most: 10 }),
    ];
    let failures = refusals.into_iter().map(|refusal| serde_json::to_value(Failure::from(refusal)).unwrap());
    let failures: Vec<Value> = failures.collect();
    insta::assert_json_snapshot!(failures);
}
