//! Which role may do what.

use homeroom_assessment::{AssessmentError, Right};
use homeroom_contract::Role;

#[test]
fn each_role_may_do_what_is_written_for_it_and_nothing_else() {
    let all_but_take = vec![Right::Watch, Right::Invigilate, Right::Author];
    for (role, rights) in [
        (Role::Guest, vec![]),
        (Role::Student, vec![Right::Take]),
        (Role::Parent, vec![]),
        (Role::Proctor, vec![Right::Watch, Right::Invigilate]),
        (Role::Aide, vec![Right::Watch]),
        (Role::Counselor, vec![]),
        (Role::Teacher, all_but_take.clone()),
        (Role::SchoolAdmin, all_but_take.clone()),
        (Role::DistrictAdmin, all_but_take.clone()),
        (Role::SystemAdmin, all_but_take),
    ] {
        let has: Vec<Right> = Right::ALL.into_iter().filter(|right| right.of(role)).collect();
        assert_eq!(has, rights, "{role:?}");
    }
}

#[test]
fn one_of_several_roles_is_enough_and_none_is_refused() {
    assert_eq!(Right::Author.require(&[Role::Parent, Role::Teacher]), Ok(()));
    assert_eq!(Right::Author.require(&[Role::Parent, Role::Proctor]), Err(AssessmentError::NotAllowed));
    assert_eq!(Right::Watch.require(&[]), Err(AssessmentError::NotAllowed));
}
