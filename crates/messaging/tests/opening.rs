//! Who may open a conversation, and with whom.

use homeroom_contract::{ClassId, Code, Failure, Role};
use homeroom_messaging::{
    About, AboutStudent, Circle, Conversation, CreateConversation, InClass, Invitation, Limits,
    MessagingError, Opening,
};
use proptest::prelude::*;

use crate::school::{
    EVERYONE, among, as_only, class, in_class, of_class, open, opening, org, people, person, user, users,
    with_role, within_class,
};

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
    let named = ["mum", "bea"].map(|id| in_class(id, InClass::Guardian));
    let together = within_class(&named).unwrap();
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
    for opener in [
        in_class("ann", InClass::Student),
        in_class("mum", InClass::Guardian),
        in_class("tom", InClass::Outside),
        in_class("pete", InClass::Staff),
    ] {
        let refused = Conversation::of_class(opening(), &opener, &class(), &limits);
        assert_eq!(refused, Err(MessagingError::NotAllowed), "{opener:?}");
        let named = [in_class("bob", InClass::Student)];
        let refused = Conversation::within_class(opening(), &opener, &class(), &named, &limits);
        assert_eq!(refused, Err(MessagingError::NotAllowed), "{opener:?}");
    }
    assert_eq!((of_class().circle.named(), of_class().school_id), (None, Some(org("s1"))));
    let over = Conversation::of_class(opening(), &in_class("pat", InClass::Over), &class(), &limits);
    assert_eq!(over.unwrap().opened_by, user("pat"));
}

#[test]
fn who_has_nothing_to_do_with_a_class_is_not_named_in_it() {
    let ann = || in_class("ann", InClass::Student);
    let not_of_class = |id: &str| Err(MessagingError::NotOfClass(user(id)));
    assert_eq!(within_class(&[ann(), in_class("tom", InClass::Outside)]), not_of_class("tom"));
    for enrolled in [InClass::Student, InClass::Staff] {
        assert_eq!(within_class(&[ann(), in_class("pete", enrolled)]), not_of_class("pete"), "a proctor");
    }
    assert_eq!(within_class(&[]), Err(MessagingError::Alone));
    assert_eq!(within_class(&[in_class("tina", InClass::Outside)]), Err(MessagingError::Alone));
}

#[test]
fn a_guardian_who_watches_exams_too_talks_as_a_guardian() {
    let mut both = person("mum");
    both.roles.extend([with_role(Role::Proctor, &["s1"])]);
    assert_eq!((both.talks_as(), both.is_staff()), (Some(Role::Parent), false));
    let with =
        |others: &[&str]| Conversation::between(opening(), &both, &people(others), None, &Limits::default());
    with(&["tina"]).unwrap();
    with(&["tina", "ann"]).unwrap();
    assert_eq!(with(&["ann"]), Err(MessagingError::SupervisionRequired), "and supervises nobody");
    assert_eq!(with(&["tina", "bea"]), Err(MessagingError::GuardiansTogether));
}

#[test]
fn who_is_a_student_supervises_nobody_and_staff_talk_as_the_highest_they_are() {
    let mut helper = person("bob");
    helper.roles.extend([with_role(Role::Aide, &["s1"])]);
    assert_eq!(helper.talks_as(), Some(Role::Student));
    let alone = Conversation::between(opening(), &helper, &people(&["ann"]), None, &Limits::default());
    assert_eq!(alone, Err(MessagingError::SupervisionRequired));
    let mut pat = person("pat");
    pat.roles.extend([with_role(Role::Teacher, &["s2"]), with_role(Role::Parent, &["s1"])]);
    assert_eq!(pat.talks_as(), Some(Role::SchoolAdmin));
    assert!(pat.is_staff_for(&person("sue")), "the schools of all roles of staff count");
    assert!(!person("tina").is_staff_for(&person("sue")), "a mother is there as a mother");
}

#[test]
fn everyone_in_it_may_see_whom_it_is_about() {
    let ann = AboutStudent { student_id: user("ann"), seen_by: users(&["ann", "mum", "tina"]) };
    let about = |ids: &[&str]| {
        let (opener, others) = ids.split_first().unwrap();
        Conversation::between(opening(), &person(opener), &people(others), Some(&ann), &Limits::default())
    };
    assert_eq!(about(&["mum", "tina"]).unwrap().about, Some(user("ann")));
    about(&["ann", "tina", "mum"]).unwrap();
    assert_eq!(about(&["tina", "bob"]), Err(MessagingError::MayNotHearOf(user("bob"))));
    let of_school = about(&["mum", "abby"]);
    assert_eq!(of_school, Err(MessagingError::MayNotHearOf(user("abby"))), "to be staff there is not enough");
}

#[test]
fn the_school_that_moderates_is_the_one_that_family_and_staff_share() {
    let school = |ids: &[&str]| open(ids).unwrap().school_id;
    assert_eq!(school(&["cora", "mum"]), Some(org("s1")));
    assert_eq!(school(&["cora", "sue"]), Some(org("s2")));
    for order in [["cora", "ann", "sue"], ["cora", "sue", "ann"], ["sue", "cora", "ann"]] {
        assert_eq!(
            school(&order),
            Some(org("s1")),
            "of several the first by id, in whatever order: {order:?}"
        );
    }
}

#[test]
fn among_staff_the_school_that_all_of_them_share_moderates_else_the_district() {
    let school = |ids: &[&str]| open(ids).unwrap().school_id;
    for (one, other) in [("tom", "cora"), ("cora", "tom"), ("dora", "tom")] {
        assert_eq!(school(&[one, other]), Some(org("s2")), "{one} opens it");
    }
    assert_eq!(school(&["cora", "dora"]), Some(org("s1")), "of two the first by id");
    assert_eq!(school(&["tom", "tina"]), None);
    assert_eq!(school(&["cora", "tom", "tina"]), None, "each shares one with cora, all share none");
    let nowhere = as_only("dora", Role::DistrictAdmin, &[]);
    let above = Conversation::between(opening(), &nowhere, &people(&["pat"]), None, &Limits::default());
    assert_eq!(above.unwrap().school_id, None);
}

#[test]
fn a_title_says_something_if_there_is_one() {
    let titled = |title: &str| {
        let opening = Opening { title: Some(title.to_owned()), ..opening() };
        Conversation::of_class(opening, &in_class("tina", InClass::Staff), &class(), &Limits::default())
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

pub(crate) fn some_people() -> impl Strategy<Value = Vec<&'static str>> {
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
                let now = among(everyone.clone(), &conversation);
                prop_assert_eq!(now.admit(&party.user_id), Ok(party), "{:?}", ids);
            }
            let guardians = ids.iter().filter(|id| ["mum", "dad", "bea"].contains(id)).count();
            prop_assert!(guardians <= 1, "{:?}", ids);
            prop_assert!(!ids.contains(&"pete") && !ids.contains(&"gus"), "{:?}", ids);
        }
    }

    /// Whether people may be together and which school moderates it doesn't depend on who opens the conversation or in which order
    /// they are named.
    #[test]
    fn the_order_of_names_does_not_count(ids in some_people()) {
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        let school = |ids: &[&str]| open(ids).map(|opened| opened.school_id).ok();
        prop_assert_eq!(school(&ids), school(&sorted));
    }
}
