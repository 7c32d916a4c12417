//! Students with their families: brothers and sisters at several schools, parents, guardians, and relatives who have no rights.

use chrono::{Datelike, Days, NaiveDate};
use homeroom_contract::OrgId;

use crate::oneroster::{Demographics, RoleKind};

use super::calendar::Calendar;
use super::dice::Dice;
use super::names::{Heritage, Name};
use super::people::{Kind, People};
use super::schools::{School, grade_code};

/// One student before the family is known.
struct Seat {
    number: u32,
    grade: usize,
    school: OrgId,
}

/// A student of a family, by the place among all people.
struct Child {
    place: usize,
    school: OrgId,
}

/// Adds every student and the families. The first student has two parents who may log in.
pub(super) fn add_families(
    people: &mut People,
    dice: &mut Dice,
    schools: &[School],
    calendar: &Calendar,
) -> Vec<Demographics> {
    let mut seats: Vec<Seat> = Vec::new();
    for school in schools {
        for cohort in &school.cohorts {
            let seat = |number| Seat { number, grade: cohort.grade, school: school.id.clone() };
            seats.extend(cohort.students.clone().map(seat));
        }
    }
    if let Some((_, others)) = seats.split_first_mut() {
        dice.shuffle(others);
    }
    // Some of the teachers have children in the district.
    let mut teachers = people.teachers.clone();
    dice.shuffle(&mut teachers);
    teachers.retain(|_| dice.in_thousand(150));
    let mut demographics = Vec::with_capacity(seats.len());
    let mut rest = seats.as_slice();
    let mut is_first = true;
    while !rest.is_empty() {
        let size = match dice.below(100) {
            0..50 => 1,
            50..85 => 2,
            85..97 => 3,
            _ => 4,
        };
        let (family, others) = rest.split_at(size.min(rest.len()));
        rest = others;
        let heritage = Heritage::any(dice);
        let family_name = heritage.family(dice);
        let mut children = Vec::new();
        for seat in family {
            let name = Name { given: heritage.given(dice), family: family_name };
            let (place, user) = people.add(dice, Kind::Student, seat.number, &name);
            people.assign(place, RoleKind::Student, &seat.school);
            if let Some(student) = people.users.get_mut(place) {
                student.grades.push(grade_code(seat.grade).to_owned());
            }
            demographics.push(Demographics { user, birth_date: Some(born(dice, calendar, seat.grade)) });
            children.push(Child { place, school: seat.school.clone() });
        }
        let teacher = if !is_first && dice.in_thousand(100) { teachers.pop() } else { None };
        add_adults(people, dice, &children, heritage, family_name, is_first, teacher);
        is_first = false;
    }
    demographics
}

fn add_adults(
    people: &mut People,
    dice: &mut Dice,
    children: &[Child],
    heritage: Heritage,
    family_name: &'static str,
    is_first: bool,
    teacher: Option<usize>,
) {
    let mut kinds = match dice.below(100) {
        _ if is_first => vec![RoleKind::Parent, RoleKind::Parent],
        0..64 => vec![RoleKind::Parent, RoleKind::Parent],
        64..90 => vec![RoleKind::Parent],
        90..96 => vec![RoleKind::Guardian],
        _ => vec![RoleKind::Parent, RoleKind::Guardian],
    };
    if dice.in_thousand(60) {
        kinds.push(RoleKind::Relative);
    }
    // Who declares the link differs between systems, and so between families.
    let (in_child, in_adult) = match dice.below(100) {
        0..60 => (true, true),
        60..85 => (true, false),
        _ => (false, true),
    };
    let mut teacher = teacher;
    for kind in kinds {
        let place = if let Some(place) = teacher.take() {
            place
        } else {
            let family = if dice.in_thousand(850) { family_name } else { heritage.family(dice) };
            let given = heritage.given(dice);
            people.add_guardian(dice, &Name { given, family })
        };
        let mut schools: Vec<&OrgId> = children.iter().map(|child| &child.school).collect();
        schools.sort_unstable();
        schools.dedup();
        for school in schools {
            people.assign(place, kind.clone(), school);
        }
        for child in children {
            people.link(child.place, place, in_child, in_adult);
        }
    }
}

/// A birthday that fits the grade: five years old at the start of kindergarten.
fn born(dice: &mut Dice, calendar: &Calendar, grade: usize) -> NaiveDate {
    let start = calendar.year.start;
    let years = 5 + i32::try_from(grade).unwrap_or_default();
    let turned = start.with_year(start.year() - years).unwrap_or(start);
    turned - Days::new(u64::from(dice.between(1, 364)))
}
