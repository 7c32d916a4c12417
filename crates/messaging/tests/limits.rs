//! Every limit at its boundary: as much as allowed passes, one more is refused with the code that its documentation names.

use homeroom_contract::Code;
use homeroom_messaging::{
    Administrators, Attachment, Candidate, Conversation, Draft, FileId, InClass, Limits, MessageId,
    MessagingError, Opening, Party, Reaction, Reactions, Report, ReportId, Reporting, Setting,
};

use crate::school::{
    all, at, class, in_class, message, of_class, opening, org, person, saying, send_as, sender, talk, user,
    users, within_class,
};

/// The largest value passes, one more is refused with that code.
fn boundary(most: usize, code: Code, attempt: impl Fn(usize) -> Result<(), MessagingError>) {
    assert_eq!(attempt(most), Ok(()));
    assert_eq!(attempt(most + 1).unwrap_err().code(), code);
}

fn too_large(most: usize, attempt: impl Fn(usize) -> Result<(), MessagingError>) {
    boundary(most, Code::PayloadTooLarge, attempt);
}

fn long(chars: usize) -> String {
    "ü".repeat(chars)
}

fn file() -> Attachment {
    Attachment {
        file_id: FileId::new("f1").unwrap(),
        name: "map.png".to_owned(),
        media_type: "image/png".to_owned(),
        size_bytes: 1,
    }
}

fn attach(attachments: Vec<Attachment>) -> Result<(), MessagingError> {
    send_as("ann", Draft { attachments, ..saying("See") }).map(drop)
}

/// A student of that name.
fn named(id: &str) -> Party {
    Party { user_id: user(id), ..person("ann") }
}

#[test]
fn participants() {
    let staff = |n: usize| Party { user_id: user(&format!("t{n}")), ..person("tina") };
    too_large(200, |count| {
        let others: Vec<_> = (0..count).map(staff).collect();
        Conversation::between(opening(), &person("tina"), &others, None, &Limits::default()).map(drop)
    });
    too_large(200, |count| {
        let student = |n| Candidate { party: named(&format!("s{n}")), in_class: InClass::Student };
        within_class(&(0..count).map(student).collect::<Vec<_>>()).map(drop)
    });
}

#[test]
fn title_chars() {
    too_large(255, |chars| {
        let opening = Opening { title: Some(long(chars)), ..opening() };
        Conversation::of_class(opening, &in_class("tina", InClass::Staff), &class(), &Limits::default())
            .map(drop)
    });
}

#[test]
fn body_chars() {
    too_large(10_000, |chars| send_as("ann", saying(&long(chars))).map(drop));
    too_large(10_000, |chars| {
        message("ann", "Hi").edit(&user("ann"), &all(), long(chars), at(2), &Limits::default()).map(drop)
    });
}

#[test]
fn mentions() {
    let names: Vec<_> = (0..12).map(|n| format!("s{n}")).collect();
    let student = |name: &String| Candidate { party: named(name), in_class: InClass::Student };
    let candidates: Vec<_> = names.iter().map(student).chain([in_class("tina", InClass::Staff)]).collect();
    let participants = of_class().participants(&candidates, None);
    too_large(10, |count| {
        let mentions = names.iter().take(count).map(|name| user(name)).collect();
        let setting = Setting { participants: &participants, replied_to: None };
        let draft = Draft { mentions, ..saying("Hi") };
        draft.send(MessageId::generate(at(1)), &sender("tina"), setting, at(1), &Limits::default()).map(drop)
    });
}

#[test]
fn attachments() {
    too_large(10, |count| {
        let one = |n| Attachment { file_id: FileId::new(format!("f{n}")).unwrap(), ..file() };
        attach((0..count).map(one).collect())
    });
}

#[test]
fn attachment_chars() {
    too_large(255, |chars| attach(vec![Attachment { name: long(chars), ..file() }]));
    too_large(255, |chars| attach(vec![Attachment { media_type: long(chars), ..file() }]));
}

#[test]
fn attachment_bytes() {
    boundary(104_857_600, Code::ValidationError, |bytes| {
        attach(vec![Attachment { size_bytes: bytes as u64, ..file() }])
    });
    let empty = attach(vec![Attachment { size_bytes: 0, ..file() }]);
    assert_eq!(empty.unwrap_err().code(), Code::ValidationError);
}

#[test]
fn reaction_chars() {
    too_large(32, |chars| {
        let mut reactions = Reactions::default();
        let reaction = Reaction { reaction: &long(chars), is_set: true };
        let said = message("ann", "Hi");
        reactions.react(&said, &user("bob"), &all(), reaction, &Limits::default()).map(drop)
    });
}

#[test]
fn reactions() {
    let (said, limits) = (message("ann", "Hi"), Limits::default());
    let mut reactions = Reactions::default();
    let mut react = |who: &str, n: usize, is_set| {
        let reaction = Reaction { reaction: &format!("r{n}"), is_set };
        reactions.react(&said, &user(who), &all(), reaction, &limits)
    };
    for n in 0..20 {
        react("bob", n, true).unwrap();
    }
    assert_eq!(react("bob", 20, true).unwrap_err().code(), Code::PayloadTooLarge);
    assert!(react("ann", 19, true).is_ok(), "a kind that is there takes any number of people");
    react("bob", 3, false).unwrap();
    assert!(react("bob", 20, true).is_ok(), "there is room again");
}

#[test]
fn reason_chars() {
    too_large(2000, |chars| {
        let reporting = Reporting {
            report_id: ReportId::generate(at(1)),
            reported_by: user("ann"),
            reason: long(chars),
            at: at(1),
        };
        let (of_school, of_district) = (users(&["pat"]), users(&[]));
        let administrators = Administrators { of_school, district_id: org("d1"), of_district };
        let said = message("bob", "Hi");
        Report::of(&said, &talk(), &all(), &administrators, reporting, &Limits::default()).map(drop)
    });
}

#[test]
fn a_limit_that_is_not_set_keeps_its_default_and_an_unknown_one_is_refused() {
    let limits: Limits = serde_json::from_str(r#"{ "body_chars": 500 }"#).unwrap();
    assert_eq!(limits, Limits { body_chars: 500, ..Limits::default() });
    assert!(serde_json::from_str::<Limits>(r#"{ "bodyChars": 500 }"#).is_err());
}
