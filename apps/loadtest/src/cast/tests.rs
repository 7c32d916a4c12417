//! Who comes of a made-up district.

use chrono::NaiveDate;
use homeroom_roster::generate::{self, Plan};

use super::*;
use crate::district::Export;

fn district() -> District {
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let folder = tempfile::tempdir().unwrap();
    generate::District::generate(&Plan::new(200, today)).write_folder(folder.path()).unwrap();
    Export::read(folder.path()).unwrap().district(None, today).unwrap()
}

#[test]
fn the_same_seed_takes_the_same_people_and_no_more_than_wanted() {
    let district = district();
    let ids =
        |seed| cast(&district, 90, seed).unwrap().into_iter().map(|person| person.id).collect::<Vec<_>>();
    assert_eq!(ids(1).len(), 90);
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1), ids(2));
    let everyone = cast(&district, usize::MAX, 1).unwrap();
    assert!(everyone.iter().all(|person| district.enabled.contains(&person.id)));
    assert_eq!(everyone.iter().map(|person| &person.id).collect::<BTreeSet<_>>().len(), everyone.len());
}

#[test]
fn everyone_has_something_to_join_and_a_teacher_comes_first() {
    let people = cast(&district(), 90, 1).unwrap();
    assert!(people[0].part == Part::Teacher && !people[0].teaches.is_empty());
    for part in [Part::Administrator, Part::Teacher, Part::Student, Part::Guardian] {
        assert!(people.iter().any(|person| person.part == part), "{}", part.plural());
    }
    for person in &people {
        assert!((1..=JOINS).contains(&person.joins.len()), "{person:?}");
        assert!(
            person.teaches.iter().all(|class| person.may.contains(&Room::class_staff(class))),
            "{person:?}"
        );
        let own = [Room::student(&person.id)];
        if person.part == Part::Student {
            assert!(person.may.iter().eq(&own), "{person:?}");
        }
    }
}
