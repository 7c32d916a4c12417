//! The people of the district as they are added, with their roles.

use homeroom_contract::{OrgId, UserId};

use crate::oneroster::{RoleKind, User, UserRole};

use super::dice::Dice;
use super::ids::id;
use super::names::{Heritage, Name, plain};

/// Who a number is counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Student,
    Staff,
    Guardian,
}

/// A student's identifier, by the number in the district.
pub(super) fn student_id(number: u32) -> UserId {
    id(format!("S{}", 1_000_000 + number))
}

/// Everyone so far.
#[derive(Debug)]
pub(super) struct People {
    pub(super) users: Vec<User>,
    pub(super) roles: Vec<UserRole>,
    /// Teachers, by their places in `users`.
    pub(super) teachers: Vec<usize>,
    district: String,
    staff: u32,
    guardians: u32,
}

impl People {
    pub(super) fn new(district: &str) -> Self {
        let (users, roles, teachers) = (Vec::new(), Vec::new(), Vec::new());
        Self { users, roles, teachers, district: district.to_owned(), staff: 0, guardians: 0 }
    }

    pub(super) fn id(&self, place: usize) -> Option<UserId> {
        self.users.get(place).map(|user| user.id.clone())
    }

    /// Adds a member of the staff with one role.
    pub(super) fn hire(&mut self, dice: &mut Dice, kind: RoleKind, org: &OrgId) -> UserId {
        let number = self.staff;
        self.staff += 1;
        let name = Heritage::name(dice);
        let is_teacher = kind == RoleKind::Teacher;
        let (place, user) = self.add(dice, Kind::Staff, number, &name);
        self.assign(place, kind, org);
        if is_teacher {
            self.teachers.push(place);
        }
        user
    }

    /// Adds a guardian or relative.
    pub(super) fn add_guardian(&mut self, dice: &mut Dice, name: &Name) -> usize {
        let number = self.guardians;
        self.guardians += 1;
        self.add(dice, Kind::Guardian, number, name).0
    }

    /// Adds a person, and says at which place.
    pub(super) fn add(&mut self, dice: &mut Dice, kind: Kind, number: u32, name: &Name) -> (usize, UserId) {
        let (id, username): (UserId, String) = match kind {
            Kind::Student => (student_id(number), format!("s{}", 1_000_000 + number)),
            Kind::Staff => {
                let plain =
                    plain(name).map_or_else(|| format!("staff{number}"), |plain| format!("{plain}{number}"));
                (id(format!("E{}", 20_000 + number)), plain)
            }
            Kind::Guardian => (id(format!("G{}", 3_000_000 + number)), format!("g{}", 3_000_000 + number)),
        };
        let has_email = kind != Kind::Guardian || dice.in_thousand(900);
        self.users.push(User {
            id: id.clone(),
            enabled: !dice.in_thousand(5),
            email: has_email.then(|| format!("{username}@{}.example.org", self.district.to_lowercase())),
            username,
            given_name: name.given.to_owned(),
            family_name: name.family.to_owned(),
            middle_name: dice
                .in_thousand(120)
                .then(|| dice.word(&["Ann", "James", "José", "Lee", "Renée"]).to_owned()),
            preferred_given_name: dice
                .in_thousand(40)
                .then(|| dice.word(&["Alex", "Sam", "Zuzu"]).to_owned()),
            preferred_middle_name: None,
            preferred_family_name: None,
            identifier: (kind == Kind::Student).then(|| (40_000_000 + number).to_string()),
            agents: Vec::new(),
            grades: Vec::new(),
            primary_org: None,
            pronouns: dice.in_thousand(60).then(|| dice.word(&["she/her", "he/him", "they/them"]).to_owned()),
        });
        (self.users.len() - 1, id)
    }

    /// Gives the person at that place a role at an org; the first is the primary one.
    pub(super) fn assign(&mut self, place: usize, kind: RoleKind, org: &OrgId) {
        let Some(person) = self.users.get_mut(place) else { return };
        let primary = person.primary_org.is_none();
        if primary {
            person.primary_org = Some(org.clone());
        }
        self.roles.push(UserRole {
            id: id(format!("{}-{}-{org}", person.id, kind.as_str())),
            user: person.id.clone(),
            kind,
            primary,
            org: org.clone(),
            begin: None,
            end: None,
        });
    }

    /// Links two people: in the one's row, the other's, or both.
    pub(super) fn link(&mut self, child: usize, adult: usize, in_child: bool, in_adult: bool) {
        let (Some(child_id), Some(adult_id)) = (self.id(child), self.id(adult)) else { return };
        if in_child && let Some(child) = self.users.get_mut(child) {
            child.agents.push(adult_id);
        }
        if in_adult && let Some(adult) = self.users.get_mut(adult) {
            adult.agents.push(child_id);
        }
    }
}
