//! Who may open a conversation, with whom, and who is in it.

use homeroom_contract::{ClassId, Code, Failure};
use homeroom_messaging::{
    About, AboutStudent, Circle, Classroom, Conversation, CreateConversation, Entrant, InClass, Invitation,
    Limits, MessagingError, Opening, Party,
};
use proptest::prelude::*;

use crate::school::{EVERYONE, class, open, opening, org, people, person, user, users};

fn refused(ids: &[&str]) -> MessagingError {
    open(ids).unwrap_err()
}

#[test]
fn a_student_opens_none_without_staff_of_the_own_school() {
    assert_eq!(refused(&["ann", "bob"]), MessagingError::SupervisionRequired);
    assert_eq!(refused(&["ann", "mum"]), MessagingError::SupervisionRequired);
    assert_eq!(refused(&["mum", "ann"]), MessagingError::SupervisionRequired, "whoever opens it");
    assert_eq!(refused(&["ann", "tom"]), MessagingError::SupervisionRequired, "tom is of another school");
    assert_eq!(
        refused(&["ann", "pete"]),
        MessagingError::SupervisionRequired,
        "a proctor supervises exams only"
    );
    assert_eq!(Failure::from(refused(&["ann", "bob"])).code, Code::SupervisionRequired);
    for staff in ["tina", "abby", "cora", "pat", "dora"] {
        open(&["ann", "bob", staff]).unwrap();
    }
}

#[test]
fn families_talk_with_staff_of_a_school_they_share() {
    for staff in ["tina", "abby", "cora", "pat", "dora"] {
        open(&["mum", staff]).unwrap();
        open(&[staff, "mum"]).unwrap();
    }
    assert_eq!(refused(&["mum", "tom"]), MessagingError::MayNotTalk(user("mum"), user("tom")));
    assert_eq!(refused(&["tina", "ann", "tom"]), MessagingError::MayNotTalk(user("ann"), user("tom")));
    open(&["tina", "tom"]).unwrap();
}

#[test]
fn a_guardian_and_a_student_are_together_only_as_parent_and_child() {
    open(&["tina", "ann", "mum"]).unwrap();
    assert_eq!(refused(&["tina", "bob", "mum"]), MessagingError::MayNotTalk(user("bob"), user("mum")));
    // A teacher is a parent too, but of a child that learns elsewhere: there the child's own teacher is needed.
    open(&["tom", "sue", "tina"]).unwrap();
    assert_eq!(refused(&["tina", "sue"]), MessagingError::SupervisionRequired);
}

#[test]
fn guardians_are_together_only_in_a_class_s_conversation() {
    assert_eq!(refused(&["mum", "dad"]), MessagingError::GuardiansTogether);
    assert_eq!(refused(&["tina", "mum", "bea"]), MessagingError::GuardiansTogether);
    let named = [(user("mum"), InClass::Guardian), (user("bea"), InClass::Guardian)];
    let limits = Limits::default();
    let together = Conversation::within_class(opening(), &user("tina"), &class(), &named, &limits).unwrap();
    assert_eq!(together.circle.named(), Some(&users(&["bea", "mum", "tina"])));
}

#[test]
fn who_is_named_twice_or_opens_it_is_in_it_once() {
    let conversation = open(&["tina", "mum", "tina", "mum"]).unwrap();
    assert_eq!(conversation.circle, Circle::People { participants: users(&["mum", "tina"]) });
    assert_eq!(refused(&["tina", "tina"]), MessagingError::Alone);
    assert_eq!(refused(&["tina"]), MessagingError::Alone);
}

#[test]
fn a_class_s_conversation_is_opened_by_its_staff() {
    let limits = Limits::default();
    let not_staff = Classroom { is_opener_staff: false, ..class() };
    for opener in ["ann", "mum", "tom"] {
        let refused = Conversation::of_class(opening(), &user(opener), &not_staff, &limits);
        assert_eq!(refused, Err(MessagingError::NotAllowed), "{opener}");
        let named = [(user("bob"), InClass::Member)];
        let refused = Conversation::within_class(opening(), &user(opener), &not_staff, &named, &limits);
        assert_eq!(refused, Err(MessagingError::NotAllowed), "{opener}");
    }
    let conversation = Conversation::of_class(opening(), &user("tina"), &class(), &limits).unwrap();
    assert_eq!((conversation.circle.named(), conversation.school_id), (None, Some(org("s1"))));
}

#[test]
fn who_has_nothing_to_do_with_a_class_is_not_named_in_it() {
    let named = [(user("ann"), InClass::Member), (user("tom"), InClass::Outside)];
    let refused = Conversation::within_class(opening(), &user("tina"), &class(), &named, &Limits::default());
    assert_eq!(refused, Err(MessagingError::NotOfClass(user("tom"))));
    let alone = Conversation::within_class(opening(), &user("tina"), &class(), &[], &Limits::default());
    assert_eq!(alone, Err(MessagingError::Alone));
}

#[test]
fn everyone_in_it_may_hear_of_whom_it_is_about() {
    let ann = AboutStudent { student_id: user("ann"), schools: [org("s1")].into() };
    let about = |ids: &[&str]| {
        let (opener, others) = ids.split_first().unwrap();
        Conversation::between(opening(), &person(opener), &people(others), Some(&ann), &Limits::default())
    };
    assert_eq!(about(&["mum", "tina"]).unwrap().about, Some(user("ann")));
    about(&["ann", "tina", "mum"]).unwrap();
    assert_eq!(about(&["tina", "bob"]), Err(MessagingError::MayNotHearOf(user("bob"))));
    assert_eq!(about(&["tina", "bea"]), Err(MessagingError::MayNotHearOf(user("bea"))));
    assert_eq!(about(&["tina", "tom"]), Err(MessagingError::MayNotHearOf(user("tom"))));
}

#[test]
fn the_school_that_moderates_is_the_one_that_family_and_staff_share() {
    assert_eq!(open(&["cora", "mum"]).unwrap().school_id, Some(org("s1")));
    assert_eq!(open(&["cora", "sue"]).unwrap().school_id, Some(org("s2")));
    assert_eq!(open(&["tom", "tina"]).unwrap().school_id, Some(org("s2")), "among staff, the opener's");
    let nowhere = Party { schools: [].into(), ..person("dora") };
    let other = Party { user_id: user("dave"), ..nowhere.clone() };
    let above = Conversation::between(opening(), &nowhere, &[other], None, &Limits::default()).unwrap();
    assert_eq!(above.school_id, None);
}

#[test]
fn a_title_says_something_if_there_is_one() {
    let titled = |title: &str| {
        let opening = Opening { title: Some(title.to_owned()), ..opening() };
        Conversation::of_class(opening, &user("tina"), &class(), &Limits::default())
            .map(|opened| opened.title)
    };
    assert_eq!(titled("Trip").unwrap().as_deref(), Some("Trip"));
    assert_eq!(titled("  ").unwrap_err().code(), Code::ValidationError);
}

#[test]
fn a_request_names_people_a_class_or_people_of_a_class() {
    let (class, named) = (ClassId::new("c1").unwrap(), [user("mum"), user("bea")]);
    let people = CreateConversation {
        about: Some(About { student_id: user("ann") }),
        ..CreateConversation::with(named.clone())
    };
    let about = Some(&people.about.as_ref().unwrap().student_id);
    assert_eq!(people.invitation(), Ok(Invitation::People { participants: &named, about }));
    let whole = CreateConversation::of_class(class.clone());
    assert_eq!(whole.invitation(), Ok(Invitation::Class(&class)));
    let group = CreateConversation { participant_ids: Some(named.to_vec()), ..whole.clone() };
    assert_eq!(group.invitation(), Ok(Invitation::ClassGroup { class: &class, participants: &named }));
    let about_in_class = CreateConversation { about: people.about.clone(), ..whole };
    assert_eq!(about_in_class.invitation(), Err(MessagingError::AboutInClass));
    assert_eq!(CreateConversation::default().invitation(), Err(MessagingError::Alone));
}

const OUT: Result<(), MessagingError> = Err(MessagingError::NotFound("conversation"));

/// Whether somebody may come into a conversation of people.
fn admit(talk: &Conversation, who: &Party, named: &[Party]) -> Result<(), MessagingError> {
    talk.admit(Entrant { who, named, in_class: InClass::Outside, about: None })
}

#[test]
fn a_family_without_staff_of_the_own_school_is_out() {
    let talk = open(&["tina", "mum"]).unwrap();
    let named = people(&["tina", "mum"]);
    assert_eq!(admit(&talk, &person("mum"), &named), Ok(()));
    assert_eq!(admit(&talk, &person("dad"), &named), OUT, "he was never in it");
    let moved = Party { schools: [org("s2")].into(), ..person("mum") };
    assert_eq!(admit(&talk, &moved, &named), Err(MessagingError::SupervisionRequired));
    let not_in_it = [person("mum"), person("pat")];
    let refused = admit(&talk, &person("mum"), &not_in_it);
    assert_eq!(refused, Err(MessagingError::SupervisionRequired), "staff who aren't in it don't count");
}

#[test]
fn staff_who_share_no_school_with_a_family_any_more_are_out() {
    let talk = open(&["tina", "cora", "mum"]).unwrap();
    let named = people(&["tina", "cora", "mum"]);
    let moved = Party { schools: [org("s2")].into(), ..person("tina") };
    assert_eq!(admit(&talk, &person("tina"), &named), Ok(()));
    assert_eq!(admit(&talk, &moved, &named), OUT);
    assert_eq!(admit(&talk, &person("mum"), &[moved, person("cora")]), Ok(()), "cora is still there");
    let two_schools = open(&["cora", "ann", "sue"]).unwrap();
    let of_one = [Party { schools: [org("s1")].into(), ..person("cora") }, person("ann"), person("sue")];
    assert_eq!(admit(&two_schools, &of_one[0], &of_one), Ok(()), "for ann's sake");
    assert_eq!(admit(&two_schools, &person("sue"), &of_one), Err(MessagingError::SupervisionRequired));
    let among_staff = open(&["tina", "tom"]).unwrap();
    assert_eq!(admit(&among_staff, &person("tom"), &people(&["tina", "tom"])), Ok(()));
    let nobody_now = Party { role: homeroom_contract::Role::Guest, ..person("tina") };
    assert_eq!(admit(&talk, &nobody_now, &named), OUT);
}

#[test]
fn a_guardian_who_is_one_no_longer_is_out_and_the_student_stays() {
    let talk = open(&["tina", "ann", "mum"]).unwrap();
    let no_longer = Party { children: users(&["bob"]), ..person("mum") };
    let named = [person("tina"), person("ann"), no_longer.clone()];
    assert_eq!(admit(&talk, &no_longer, &named), OUT, "though she has another child at that school");
    assert_eq!(admit(&talk, &person("ann"), &named), Ok(()));
}

#[test]
fn who_may_no_longer_hear_of_a_student_is_out_of_what_is_about_the_student() {
    let ann = AboutStudent { student_id: user("ann"), schools: [org("s1")].into() };
    let limits = Limits::default();
    let talk =
        Conversation::between(opening(), &person("tina"), &people(&["mum"]), Some(&ann), &limits).unwrap();
    let named = people(&["tina", "mum"]);
    let admit = |who: &Party, about: Option<&AboutStudent>| {
        talk.admit(Entrant { who, named: &named, in_class: InClass::Outside, about })
    };
    assert_eq!(admit(&person("mum"), Some(&ann)), Ok(()));
    let no_longer = Party { children: users(&["bob"]), ..person("mum") };
    assert_eq!(admit(&no_longer, Some(&ann)), OUT);
    let elsewhere = AboutStudent { schools: [org("s2")].into(), ..ann.clone() };
    assert_eq!(admit(&person("tina"), Some(&elsewhere)), OUT, "ann has left the school");
    assert_eq!(admit(&person("tina"), None), OUT, "nothing is known of ann");
    let bob = AboutStudent { student_id: user("bob"), ..ann };
    assert_eq!(admit(&person("tina"), Some(&bob)), OUT, "it isn't about bob");
}

#[test]
fn in_a_class_s_conversation_is_who_is_in_the_class() {
    let admit = |circle: Circle, who, in_class| {
        let talk = Conversation { circle, ..open(&["tina", "ann"]).unwrap() };
        talk.admit(Entrant { who: &person(who), named: &[], in_class, about: None })
    };
    let all = || Circle::Class { class_id: class().class_id };
    assert_eq!(admit(all(), "ann", InClass::Member), Ok(()));
    assert_eq!(admit(all(), "mum", InClass::Guardian), OUT, "guardians are not in the class");
    assert_eq!(admit(all(), "tom", InClass::Outside), OUT);
    let group = || Circle::ClassGroup { class_id: class().class_id, participants: users(&["tina", "mum"]) };
    assert_eq!(admit(group(), "mum", InClass::Guardian), Ok(()));
    assert_eq!(admit(group(), "mum", InClass::Outside), OUT, "her child has left the class");
    assert_eq!(admit(group(), "ann", InClass::Member), OUT, "she isn't named");
}

fn some_people() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(EVERYONE.to_vec(), 1..=5).prop_shuffle()
}

proptest! {
    /// Whoever opens it: wherever a student is, staff of the student's school is; two guardians are never together; and
    /// everyone who is let in may join.
    #[test]
    fn no_conversation_leaves_a_student_unsupervised(ids in some_people()) {
        let everyone = people(&ids);
        if let Ok(conversation) = open(&ids) {
            for party in &everyone {
                let staff = everyone.iter().filter(|other| other.is_staff_for(party)).count();
                prop_assert!(party.is_staff() || staff > 0, "{:?}", ids);
                prop_assert_eq!(admit(&conversation, party, &everyone), Ok(()), "{:?}", ids);
            }
            let guardians = ids.iter().filter(|id| ["mum", "dad", "bea"].contains(id)).count();
            prop_assert!(guardians <= 1, "{:?}", ids);
            prop_assert!(!ids.contains(&"pete") && !ids.contains(&"gus"), "{:?}", ids);
        }
    }

    /// Whether people may be together doesn't depend on who opens the conversation or in which order they are named.
    #[test]
    fn the_order_of_names_does_not_count(ids in some_people()) {
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        prop_assert_eq!(open(&ids).is_ok(), open(&sorted).is_ok());
    }
}
