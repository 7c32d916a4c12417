//! The people of a class: microphones, cameras, screens, and who is sent out.

use homeroom_contract::Role;
use homeroom_live_class::{
    Attendee, DrawMode, Limits, LiveClassError, Lockable, Locks, MuteParticipant, Part, Participants,
    ScreenChange, ShareScreen,
};

use crate::support::{ann, bob, tina, user};

const OPEN: Locks = Locks { chat: false, private_chat: false, mic: false, cam: false, whiteboard: false };

fn limits() -> Limits {
    Limits::default()
}

fn all_here() -> Participants {
    let mut people = Participants::default();
    for who in [tina(), ann(), bob()] {
        people.enter(&who, &limits()).unwrap();
    }
    people
}

const CHANGED: ScreenChange = ScreenChange { changed: true, taken_from: None };

fn share(stream: Option<&str>) -> ShareScreen {
    ShareScreen { class_id: None, is_sharing: stream.is_some(), stream_id: stream.map(str::to_owned) }
}

#[test]
fn one_person_has_one_state_on_all_devices() {
    let mut people = all_here();
    people.set_media(&ann(), &user("ann"), Some(false), Some(true), OPEN).unwrap();
    let again = people.enter(&ann(), &limits()).unwrap();
    assert!(!again.is_muted && again.camera_enabled, "as on the first device");
    assert_eq!(people.present().count(), 3);
    assert!(people.leave(&user("ann")));
    assert!(!people.leave(&user("ann")), "gone already");
    assert_eq!(people.present().count(), 2);
    let back = people.enter(&ann(), &limits()).unwrap();
    assert!(back.is_muted && !back.camera_enabled, "nobody is heard before switching it on");
}

#[test]
fn a_role_that_has_changed_holds_from_the_next_entry() {
    let mut people = all_here();
    people.enter(&Attendee::new(user("bob"), Role::Aide), &limits()).unwrap();
    assert_eq!(people.students().count(), 1);
    assert_eq!(people.allow_share(&tina(), &user("bob"), false), Ok(false), "he is staff now");
}

#[test]
fn nobody_opens_another_persons_microphone_or_camera() {
    let mut people = all_here();
    people.set_media(&ann(), &user("ann"), Some(false), Some(true), OPEN).unwrap();
    assert_eq!(people.set_media(&tina(), &user("ann"), Some(true), None, OPEN), Ok(true));
    assert_eq!(people.set_media(&tina(), &user("ann"), Some(true), Some(false), OPEN), Ok(true));
    for (muted, camera) in [(Some(false), None), (None, Some(true))] {
        let opened = people.set_media(&tina(), &user("ann"), muted, camera, OPEN);
        assert_eq!(opened, Err(LiveClassError::NotAllowed));
    }
    let by_bob = people.set_media(&bob(), &user("ann"), Some(true), None, OPEN);
    assert_eq!(by_bob, Err(LiveClassError::NotAllowed));
    let nobody = people.set_media(&tina(), &user("zoe"), Some(true), None, OPEN);
    assert_eq!(nobody, Err(LiveClassError::NotFound("participant")));
}

#[test]
fn what_says_nothing_mutes() {
    let mute = |is_muted, camera_enabled| {
        MuteParticipant { class_id: None, user_id: user("ann"), is_muted, camera_enabled }.muted()
    };
    assert_eq!(mute(None, None), Some(true));
    assert_eq!(mute(Some(false), None), Some(false));
    assert_eq!(mute(None, Some(true)), None);
}

#[test]
fn what_is_locked_is_shut_and_stays_shut() {
    let mut people = all_here();
    for who in [tina(), ann()] {
        people.set_media(&who, &who.user_id, Some(false), Some(true), OPEN).unwrap();
    }
    let mic = Locks { mic: true, ..OPEN };
    let binding = |who: &Attendee| if who.is_staff() { OPEN } else { mic };
    assert_eq!(people.shut_locked(binding), [user("ann")], "Bob's is off already, and Tina is staff");
    let ann_now = people.get(&user("ann")).unwrap();
    assert!(ann_now.is_muted && ann_now.camera_enabled, "only the microphone is locked");
    let opened = people.set_media(&ann(), &user("ann"), Some(false), None, mic);
    assert_eq!(opened, Err(LiveClassError::Locked(Lockable::Mic)));
    let cam = Locks { cam: true, ..OPEN };
    let opened = people.set_media(&ann(), &user("ann"), None, Some(true), cam);
    assert_eq!(opened, Err(LiveClassError::Locked(Lockable::Cam)));
}

#[test]
fn staff_and_those_whom_they_allow_share_the_screen() {
    let mut people = all_here();
    assert_eq!(people.share_screen(&ann(), &share(Some("s1")), &limits()), Err(LiveClassError::NotAllowed));
    assert_eq!(people.allow_share(&ann(), &user("ann"), true), Err(LiveClassError::NotAllowed));
    assert_eq!(people.allow_share(&tina(), &user("ann"), true), Ok(true));
    assert_eq!(people.share_screen(&ann(), &share(Some("s1")), &limits()), Ok(CHANGED));
    let newcomers_see = people.get(&user("ann")).unwrap().view(false, DrawMode::Off);
    assert_eq!((newcomers_see.is_screen_sharing, newcomers_see.stream_id.as_deref()), (true, Some("s1")));
    assert_eq!(
        people.share_screen(&ann(), &share(Some("s1")), &limits()),
        Ok(ScreenChange { changed: false, taken_from: None }),
        "nothing new"
    );
    assert_eq!(people.allow_share(&tina(), &user("ann"), false), Ok(true));
    assert!(!people.get(&user("ann")).unwrap().is_screen_sharing(), "with the right goes the screen");
    assert!(people.share_screen(&tina(), &share(Some("s2")), &limits()).is_ok());
    assert_eq!(people.share_screen(&tina(), &share(None), &limits()), Ok(CHANGED));
}

#[test]
fn one_screen_is_shared_at_a_time() {
    let mut people = all_here();
    for who in ["ann", "bob"] {
        people.allow_share(&tina(), &user(who), true).unwrap();
    }
    people.share_screen(&ann(), &share(Some("s1")), &limits()).unwrap();
    assert_eq!(people.share_screen(&bob(), &share(Some("s2")), &limits()), Err(LiveClassError::ScreenTaken));
    let taken_over = people.share_screen(&tina(), &share(Some("s3")), &limits());
    assert_eq!(taken_over, Ok(ScreenChange { changed: true, taken_from: Some(user("ann")) }));
    let sharing = people.present().filter(|person| person.is_screen_sharing());
    assert_eq!(sharing.map(|person| person.user_id.clone()).collect::<Vec<_>>(), [user("tina")]);
    people.leave(&user("tina"));
    assert!(people.share_screen(&bob(), &share(Some("s2")), &limits()).is_ok(), "her screen went with her");
}

#[test]
fn a_screen_needs_a_stream() {
    let mut people = all_here();
    let nothing = ShareScreen { class_id: None, is_sharing: true, stream_id: None };
    let shared = people.share_screen(&tina(), &nothing, &limits()).unwrap_err();
    assert_eq!(shared.to_string(), "streamId must not be blank.");
}

#[test]
fn others_see_a_persons_state_and_rights() {
    let people = all_here();
    let view = people.get(&user("ann")).unwrap().view(true, DrawMode::Isolated);
    assert!(view.hand_raised && view.is_muted && !view.can_share);
    assert_eq!(view.whiteboard, DrawMode::Isolated);
    assert!(people.get(&user("tina")).unwrap().view(false, DrawMode::Shared).can_share);
    assert!(people.has_staff());
    assert_eq!(people.students().count(), 2);
}

#[test]
fn only_teachers_aides_administrators_and_students_take_part() {
    let parts = [
        (Role::Guest, Part::Outsider),
        (Role::Student, Part::Student),
        (Role::Parent, Part::Outsider),
        (Role::Proctor, Part::Outsider),
        (Role::Aide, Part::Staff),
        (Role::Counselor, Part::Outsider),
        (Role::Teacher, Part::Staff),
        (Role::SchoolAdmin, Part::Staff),
        (Role::DistrictAdmin, Part::Staff),
        (Role::SystemAdmin, Part::Staff),
    ];
    for (role, part) in parts {
        let who = Attendee::new(user("x"), role);
        assert_eq!(who.part, part, "{role:?}");
        let entered = Participants::default().enter(&who, &limits()).map(|_| ());
        let expected = if part == Part::Outsider { Err(LiveClassError::NotAllowed) } else { Ok(()) };
        assert_eq!(entered, expected, "{role:?}");
        assert_eq!(who.require_part(), expected, "{role:?}");
    }
}

#[test]
fn who_is_enrolled_as_administrator_looks_on_and_does_nothing() {
    let reader = Attendee::reader(user("rhea"), Role::SchoolAdmin);
    let mut people = Participants::default();
    people.enter(&reader, &Limits { participants: 0, ..limits() }).expect("takes no student's place");
    assert!(!people.has_staff(), "she supervises nobody");
    assert_eq!(people.students().count(), 0);
    let rhea = user("rhea");
    let opened = people.set_media(&reader, &rhea, Some(false), None, OPEN);
    assert_eq!(opened, Err(LiveClassError::NotAllowed));
    assert_eq!(people.share_screen(&reader, &share(Some("s1")), &limits()), Err(LiveClassError::NotAllowed));
    assert_eq!(people.allow_share(&tina(), &rhea, true), Err(LiveClassError::NotAllowed));
    assert_eq!(reader.require_staff(), Err(LiveClassError::NotAllowed));
    assert!(reader.sees_all());
    let again: Participants = serde_json::from_str(&serde_json::to_string(&people).unwrap()).unwrap();
    assert_eq!(again.get(&rhea).unwrap().attendee(), reader, "also once it was kept");
}
