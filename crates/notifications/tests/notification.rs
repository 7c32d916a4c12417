//! What may be sent: texts, links, keys.

use crate::support::{at, by_person, by_service, draft, keyed, notification};
use homeroom_contract::{Code, Failure, FieldError, Role};
use homeroom_notifications::{
    Draft, Limits, Notification, NotificationError, NotificationType, Priority, SendNotification, SentBy,
    Target,
};
use proptest::prelude::*;

fn linked(link: &str) -> Result<Draft, NotificationError> {
    Draft { link: Some(link.to_owned()), ..draft() }.checked(&Limits::default())
}

#[test]
fn a_link_leads_into_the_platform_or_to_an_https_address() {
    let fine = [
        "/",
        "/classes/c-17?tab=grades#essay",
        "/a//b",
        "/search?q=https://school.example",
        "https://school.example",
        "https://school.example:8443/a@b?c=d@e#f",
        "https://schüle.example/ü",
    ];
    for link in fine {
        assert!(linked(link).is_ok(), "{link}");
    }
}

#[test]
fn a_link_that_runs_can_be_changed_or_leads_elsewhere_is_refused() {
    let bad = [
        "",
        " /classes",
        "classes/c-17",
        "#essay",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/a b",
        "/a\u{0}b",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "http://school.example",
        "HTTPS://school.example",
        "https:/school.example",
        "https://",
        "https:///school",
        "https://:443/x",
        "https://?school.example",
        "https://school.example@evil.example",
        "https://school.example\\@evil.example",
    ];
    for link in bad {
        assert_eq!(linked(link), Err(NotificationError::BadLink), "{link:?}");
    }
}

proptest! {
    /// What a browser makes of it: a host other than the platform's only after `https://`, and never a user before it.
    #[test]
    fn whatever_the_link_is_it_is_a_path_or_an_https_address(
        link in "[/\\\\a:@.?# \t]{0,6}|(https|http|data)[:/]{0,4}[/\\\\a:@.?#]{0,6}",
    ) {
        if linked(&link).is_ok() {
            prop_assert!(!link.contains(['\\', ' ', '\t']));
            let path = link.starts_with('/') && link.as_bytes().get(1) != Some(&b'/');
            let https = link.starts_with("https://a") || link.starts_with("https://.");
            prop_assert!(path || https, "{link}");
        }
    }
}

#[test]
fn texts_have_an_end_and_the_title_says_something() {
    let limits =
        Limits { title_chars: 3, body_chars: 4, link_chars: 5, dedupe_key_chars: 6, ..Limits::default() };
    let full = Draft {
        title: "üüü".to_owned(),
        body: "üüüü".to_owned(),
        link: Some("/üüüü".to_owned()),
        dedupe_key: Some("üüüüüü".to_owned()),
        ..draft()
    };
    assert_eq!(full.clone().checked(&limits), Ok(full.clone()), "as much as may be");
    let too_long = |field, most| Err(FieldError::TooLong { field, most }.into());
    let longer = |text: &str| format!("{text}ü");
    let title = Draft { title: longer(&full.title), ..full.clone() };
    assert_eq!(title.checked(&limits), too_long("title", 3));
    let body = Draft { body: longer(&full.body), ..full.clone() };
    assert_eq!(body.checked(&limits), too_long("body", 4));
    let link = Draft { link: Some("/üüüüü".to_owned()), ..full.clone() };
    assert_eq!(link.checked(&limits), too_long("link", 5));
    let key = Draft { dedupe_key: Some("üüüüüüü".to_owned()), ..full.clone() };
    assert_eq!(key.checked(&limits), too_long("dedupeKey", 6));

    let blank = |field| Err(FieldError::Blank { field }.into());
    assert_eq!(Draft { title: " ".to_owned(), ..full.clone() }.checked(&limits), blank("title"));
    assert_eq!(
        Draft { dedupe_key: Some(String::new()), ..full.clone() }.checked(&limits),
        blank("dedupeKey")
    );
    let empty = Draft { body: String::new(), link: None, dedupe_key: None, ..full };
    assert!(empty.checked(&limits).is_ok(), "a title may say it all");
}

#[test]
fn only_what_is_urgent_goes_to_everyone() {
    for priority in Priority::ALL {
        let expected = if priority == Priority::Urgent { Ok(()) } else { Err(NotificationError::UrgentOnly) };
        assert_eq!(Target::All.check(priority), expected);
        assert_eq!(Target::School { id: crate::support::org("s1") }.check(priority), Ok(()));
    }
}

#[test]
fn a_request_is_taken_as_it_came_or_refused_for_what_it_says() {
    let limits = Limits::default();
    let request = SendNotification {
        target: Target::User { id: crate::support::user("ann") },
        kind: NotificationType::GradePosted,
        priority: Priority::Normal,
        title: "A grade".to_owned(),
        body: "Proofs".to_owned(),
        link: Some("/g".to_owned()),
        dedupe_key: Some("essay".to_owned()),
    };
    let full = Draft { link: request.link.clone(), dedupe_key: request.dedupe_key.clone(), ..draft() };
    assert_eq!(request.clone().checked(&limits), Ok((request.target.clone(), full)));
    let to = |target| SendNotification { target, ..request.clone() }.checked(&limits);
    assert_eq!(to(Target::All), Err(NotificationError::UrgentOnly));
    let guests = Target::Role { id: crate::support::org("s1"), role: Role::Guest };
    assert_eq!(to(guests), Err(NotificationError::NoSuchGroup));
    let bad = SendNotification { link: Some("//x".to_owned()), ..request.clone() };
    assert_eq!(bad.checked(&limits), Err(NotificationError::BadLink));
}

#[test]
fn nobody_replaces_what_somebody_else_sent() {
    let first = keyed(1, "essay");
    assert!(keyed(2, "essay").replaces(&first));
    assert!(!keyed(2, "quiz").replaces(&first));
    assert!(!notification(2).replaces(&notification(1)), "without a key nothing is the same");
    let other = |sent_by: SentBy| Notification { sent_by, ..keyed(2, "essay") };
    assert!(!other(by_service("attendance")).replaces(&first));
    assert!(!other(by_person("grades")).replaces(&first), "a service may have the name of a person");
}

#[test]
fn what_is_sent_says_what_the_draft_said() {
    let draft = Draft { link: Some("/g".to_owned()), dedupe_key: Some("k".to_owned()), ..draft() };
    let sent = draft.clone().sent(by_person("tina"), at(5), &Limits::default()).unwrap();
    assert_eq!((sent.kind, sent.priority), (NotificationType::GradePosted, Priority::Normal));
    assert_eq!((sent.title, sent.body), (draft.title, draft.body));
    assert_eq!((sent.link, sent.dedupe_key), (draft.link, draft.dedupe_key));
    assert_eq!((sent.sent_by, sent.sent_at), (by_person("tina"), at(5)));
}

#[test]
fn each_refusal_has_its_code_and_its_path() {
    let details = |error: NotificationError| {
        let failure = Failure::from(error);
        (failure.code, failure.details.map(|details| details.get().to_owned()))
    };
    let at = |path: &str| Some(format!(r#"{{"path":"{path}"}}"#));
    let invalid = Code::ValidationError;
    assert_eq!(details(NotificationError::NotFound("notification")), (Code::NotFound, None));
    assert_eq!(details(NotificationError::NotAllowed), (Code::Unauthorized, None));
    assert_eq!(details(NotificationError::Dismissed), (Code::Locked, None));
    assert_eq!(details(NotificationError::UrgentOnly), (invalid, at("priority")));
    assert_eq!(details(NotificationError::NoSuchGroup), (invalid, at("target.role")));
    assert_eq!(details(NotificationError::BadLink), (invalid, at("link")));
    assert_eq!(details(NotificationError::NoQuietHours), (invalid, at("quietHours")));
    let long = FieldError::TooLong { field: "title", most: 200 };
    assert_eq!(details(long.into()), (Code::PayloadTooLarge, at("title")));
}
