//! Who is in a conversation now, by what the roster says of everyone.

use homeroom_contract::{Role, UserId};
use homeroom_messaging::{
    AboutStudent, Candidate, Conversation, InClass, Limits, MessagingError, Participants, Party,
};
use proptest::prelude::*;

use crate::opening::some_people;
use crate::school::{
    among, as_only, in_class, of_class, open, opening, people, person, user, users, with_role, within_class,
};

const OUT: MessagingError = MessagingError::NotFound("conversation");
const ALONE: MessagingError = MessagingError::SupervisionRequired;

fn refusal(now: &Participants, id: &str) -> Option<MessagingError> {
    now.admit(&user(id)).err()
}

#[test]
fn a_family_without_staff_of_the_own_school_is_out() {
    let talk = open(&["tina", "mum"]).unwrap();
    let now = among(people(&["tina", "mum", "dad", "pat"]), &talk);
    assert_eq!(now.user_ids(), users(&["mum", "tina"]));
    let roles: Vec<_> = now.each().map(|(user, role)| (user.as_str(), role)).collect();
    assert_eq!(roles, [("mum", Role::Parent), ("tina", Role::Teacher)]);
    assert_eq!(refusal(&now, "dad"), Some(OUT), "he was never in it");
    let moved = as_only("mum", Role::Parent, &["s2"]);
    assert_eq!(refusal(&among([moved, person("tina")], &talk), "mum"), Some(ALONE));
    let now = among(people(&["mum", "pat"]), &talk);
    assert_eq!(refusal(&now, "mum"), Some(ALONE), "staff who aren't in it don't count");
}

#[test]
fn staff_who_share_no_school_with_a_family_any_more_are_out() {
    let talk = open(&["tina", "cora", "mum"]).unwrap();
    let moved = as_only("tina", Role::Teacher, &["s2"]);
    let now = among([moved, person("cora"), person("mum")], &talk);
    assert_eq!((now.user_ids(), refusal(&now, "tina")), (users(&["cora", "mum"]), Some(OUT)));
    let two_schools = open(&["cora", "ann", "sue"]).unwrap();
    let of_one = as_only("cora", Role::Counselor, &["s1"]);
    let now = among([of_one, person("ann"), person("sue")], &two_schools);
    assert_eq!(now.user_ids(), users(&["ann", "cora"]), "cora is there for ann's sake");
    assert_eq!(refusal(&now, "sue"), Some(ALONE));
    let among_staff = among(people(&["tina", "tom"]), &open(&["tina", "tom"]).unwrap());
    assert_eq!(among_staff.user_ids(), users(&["tina", "tom"]));
    for nobody in [Role::Guest, Role::Proctor] {
        let now = among([as_only("tina", nobody, &["s1"]), person("cora"), person("mum")], &talk);
        assert_eq!(refusal(&now, "tina"), Some(OUT), "{nobody:?}");
    }
}

#[test]
fn a_guardian_who_is_one_no_longer_is_out_and_the_student_stays() {
    let talk = open(&["tina", "ann", "mum"]).unwrap();
    let no_longer = Party { children: users(&["bob"]), ..person("mum") };
    let now = among([person("tina"), person("ann"), no_longer], &talk);
    assert_eq!(refusal(&now, "mum"), Some(OUT), "though she has another child at that school");
    assert_eq!(now.user_ids(), users(&["ann", "tina"]));
}

#[test]
fn who_is_out_decides_nothing_about_the_others() {
    let talk = open(&["cora", "tom", "ann", "sue", "mum"]);
    assert!(talk.is_err(), "mum isn't sue's mother");
    let talk = open(&["cora", "ann", "mum"]).unwrap();
    let gone = as_only("ann", Role::Student, &["s3"]);
    let no_longer = Party { children: users(&["bob"]), ..person("mum") };
    let now = among([person("cora"), gone, no_longer], &talk);
    assert_eq!(now.user_ids(), users(&["cora", "mum"]), "ann is out: mum need not be her mother");
    let talk = open(&["tina", "cora", "mum"]).unwrap();
    let disabled = as_only("mum", Role::Guest, &["s1"]);
    let moved = as_only("tina", Role::Teacher, &["s3"]);
    let now = among([moved, person("cora"), disabled], &talk);
    assert_eq!(now.user_ids(), users(&["cora", "tina"]), "without a family staff are among themselves");
}

#[test]
fn guardians_do_not_stay_together_when_one_was_staff_before() {
    let talk = open(&["tina", "cora", "mum"]).unwrap();
    let mother = Party { roles: [with_role(Role::Parent, &["s1"])].into(), ..person("tina") };
    let now = among([mother, person("cora"), person("mum")], &talk);
    assert_eq!(now.user_ids(), users(&["cora"]));
}

#[test]
fn who_may_no_longer_see_a_student_is_out_of_what_is_about_the_student() {
    let seen_by = |ids: &[&str]| AboutStudent { student_id: user("ann"), seen_by: users(ids) };
    let everyone = seen_by(&["tina", "mum"]);
    let limits = Limits::default();
    let mum = [person("mum")];
    let talk = Conversation::between(opening(), &person("tina"), &mum, Some(&everyone), &limits).unwrap();
    let candidates: Vec<_> = people(&["tina", "mum"]).into_iter().map(Candidate::of).collect();
    let now = |about: Option<&AboutStudent>| talk.participants(&candidates, about);
    assert_eq!(now(Some(&everyone)).user_ids(), users(&["mum", "tina"]));
    let only_tina = now(Some(&seen_by(&["tina"])));
    assert_eq!((only_tina.user_ids(), refusal(&only_tina, "mum")), (users(&["tina"]), Some(OUT)));
    assert_eq!(refusal(&now(Some(&seen_by(&["mum"]))), "mum"), Some(ALONE), "ann has left tina's class");
    assert_eq!(now(None).user_ids(), users(&[]), "nothing is known of ann");
    let bob = AboutStudent { student_id: user("bob"), ..everyone };
    assert_eq!(now(Some(&bob)).user_ids(), users(&[]), "it isn't about bob");
}

#[test]
fn in_a_class_s_conversation_is_who_is_in_the_class() {
    let tina = || in_class("tina", InClass::Staff);
    let whole = of_class().participants(
        &[
            tina(),
            in_class("ann", InClass::Student),
            in_class("mum", InClass::Guardian),
            in_class("tom", InClass::Outside),
            in_class("pat", InClass::Over),
        ],
        None,
    );
    assert_eq!(whole.user_ids(), users(&["ann", "pat", "tina"]), "guardians are not in the class");
    let group = within_class(&[in_class("mum", InClass::Guardian)]).unwrap();
    let now = |others: &[Candidate]| group.participants(&[&[tina()], others].concat(), None);
    let ann = in_class("ann", InClass::Student);
    let with_mum = now(&[ann, in_class("mum", InClass::Guardian)]);
    assert_eq!(with_mum.user_ids(), users(&["mum", "tina"]), "ann isn't named");
    assert_eq!(refusal(&now(&[in_class("mum", InClass::Outside)]), "mum"), Some(OUT), "her child has left");
}

#[test]
fn a_class_s_students_and_guardians_are_not_left_alone() {
    let students = || ["ann", "bob"].map(|id| in_class(id, InClass::Student));
    let guardians = || ["mum", "bea"].map(|id| in_class(id, InClass::Guardian));
    for others in [students(), guardians()] {
        let [one, other] = others.each_ref().map(|other| other.party.user_id.clone());
        let group = within_class(&others).unwrap();
        let now = |tina: Option<Candidate>| {
            group.participants(&tina.into_iter().chain(others.clone()).collect::<Vec<_>>(), None)
        };
        let with = |tina: InClass| now(Some(in_class("tina", tina)));
        assert_eq!(with(InClass::Staff).user_ids().len(), 3);
        assert_eq!(with(InClass::Over).user_ids().len(), 3, "an administrator who is named is enough");
        for left in [with(InClass::Outside), now(None)] {
            assert_eq!(left.user_ids(), users(&[]));
            assert_eq!((left.admit(&one), left.admit(&other)), (Err(ALONE), Err(ALONE)));
        }
    }
    let now = |others: &[Candidate]| of_class().participants(&[&students(), others].concat(), None);
    assert_eq!(now(&[in_class("abby", InClass::Staff)]).user_ids(), users(&["abby", "ann", "bob"]));
    for not_enough in [in_class("pete", InClass::Staff), in_class("tina", InClass::Student)] {
        let left = now(std::slice::from_ref(&not_enough));
        assert_eq!(refusal(&left, "ann"), Some(ALONE), "{not_enough:?}");
    }
    let left = now(&[in_class("pat", InClass::Over)]);
    assert_eq!(left.user_ids(), users(&["pat"]), "the class itself has no staff");
}

#[test]
fn an_enrollment_alone_lets_no_proctor_into_a_class_s_conversation() {
    let tina = in_class("tina", InClass::Staff);
    for enrolled in [InClass::Student, InClass::Guardian, InClass::Staff, InClass::Over] {
        for nobody in ["pete", "gus"] {
            let candidates = [tina.clone(), in_class(nobody, enrolled)];
            let now = of_class().participants(&candidates, None);
            assert_eq!(now.user_ids(), users(&["tina"]), "{nobody} as {enrolled:?}");
        }
    }
}

fn some_roles() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..4_usize, 13)
}

proptest! {
    /// Whatever became of people since: no student or guardian is in it without staff of the own school, guardians are not
    /// together, a guardian is there with the own child only, and to ask again about those who are in it changes nothing.
    #[test]
    fn whoever_stays_may_be_together(ids in some_people(), became in some_roles()) {
        let Ok(talk) = open(&ids) else { return Ok(()) };
        let now: Vec<Party> = ids.iter().zip(became).map(|(id, became)| match became {
            0 => as_only(id, Role::Teacher, &["s2"]),
            1 => as_only(id, Role::Parent, &["s1", "s2"]),
            2 => Party { children: users(&[]), ..person(id) },
            _ => person(id),
        }).collect();
        let admitted = among(now.clone(), &talk);
        let inside: Vec<Party> =
            now.iter().filter(|party| admitted.contains(&party.user_id)).cloned().collect();
        let guardians: Vec<_> = inside.iter().filter(|party| party.talks_as() == Some(Role::Parent)).collect();
        prop_assert!(guardians.len() <= 1);
        for party in &inside {
            prop_assert!(party.is_staff() || inside.iter().any(|other| other.is_staff_for(party)));
        }
        for student in inside.iter().filter(|party| party.is_student()) {
            let is_parent = |guardian: &&Party| guardian.children.contains(&student.user_id);
            prop_assert!(guardians.iter().all(is_parent));
        }
        let again: Vec<UserId> = among(inside, &talk).user_ids().into_iter().collect();
        prop_assert_eq!(again, admitted.user_ids().into_iter().collect::<Vec<_>>());
    }
}
