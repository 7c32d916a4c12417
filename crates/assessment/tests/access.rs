//! Which role may do what.

use homeroom_assessment::{Alert, AssessmentError, Right};
use homeroom_contract::{FieldError, Role};

use crate::support::user;

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

#[test]
fn a_student_raises_alerts_about_nobody_else_and_staff_say_about_whom() {
    let about = |said: Option<&str>, is_staff| Alert::about(said.map(user), &user("ann"), is_staff);
    assert_eq!(about(None, false), Ok(user("ann")));
    assert_eq!(about(Some("ann"), false), Ok(user("ann")));
    assert_eq!(about(Some("ben"), false), Err(AssessmentError::NotAllowed));
    assert_eq!(about(Some("ben"), true), Ok(user("ben")));
    assert_eq!(about(None, true), Err(FieldError::Blank { field: "studentId" }.into()));
}
