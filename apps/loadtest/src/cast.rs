//! Who comes to school: people of the district, class by class, what each joins, and what each may hear of.
//!
//! With a class come the staff of all lessons that its students have, so that there is somebody to grade them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use homeroom_contract::{ClassId, Room, UserId};
use rand::SeedableRng as _;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom as _;

use crate::district::{District, Taught};
use crate::problem::Problem;

/// Classes that one person joins at most: a gateway allows 30 joins in a minute.
const JOINS: usize = 20;

/// As what somebody comes, for the report; the roster may know the person as more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Administrator,
    Teacher,
    OtherStaff,
    Student,
    Guardian,
}

impl Part {
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Administrator => "administrators",
            Self::Teacher => "teachers",
            Self::OtherStaff => "other staff",
            Self::Student => "students",
            Self::Guardian => "guardians",
        }
    }
}

/// Somebody who comes.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) part: Part,
    /// The classes whose gradebook is opened.
    pub(crate) joins: Vec<ClassId>,
    /// The classes to set grades in.
    pub(crate) teaches: Vec<ClassId>,
    /// The rooms that the roster allows: whatever goes to other rooms only must not be received.
    pub(crate) may: Arc<HashSet<Room>>,
}

/// Takes at most so many people. The same seed takes the same ones.
pub(crate) fn cast(district: &District, most: usize, seed: u64) -> Result<Vec<Person>, Problem> {
    let can_log_in = |user: &&UserId| district.enabled.contains(*user);
    let taught =
        |class: &Taught| !class.students.is_empty() && class.teachers.iter().any(|user| can_log_in(&user));
    let mut classes: Vec<(&ClassId, &Taught)> =
        district.classes.iter().filter(|(_, class)| taught(class)).collect();
    classes.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    let (_, first) = classes.first().ok_or(Problem::NoLessons("no class has a teacher and students"))?;

    // A teacher first, one who hears of that school and, if there is one, one who hears of several.
    let teacher = first.teachers.iter().filter(can_log_in).take(1).map(|user| (user, Part::Teacher));
    let over_first =
        || district.admins.iter().filter(|(user, over)| can_log_in(user) && over.contains(&first.school));
    let narrow = over_first().min_by_key(|(_, over)| over.len());
    let wide = over_first().max_by_key(|(_, over)| over.len());
    let over = narrow.into_iter().chain(wide).map(|(user, _)| (user, Part::Administrator));
    let ahead = teacher.chain(over).map(|(user, part)| (None, user, part));
    let places = Places::new(district);
    let by_class = classes.iter().flat_map(|(_, class)| places.lessons_of(class));

    let (mut chosen, mut known, mut visited) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for (class, user, part) in ahead.chain(by_class) {
        if chosen.len() == most {
            break;
        }
        visited.extend(class);
        if can_log_in(&user) && known.insert(user) {
            chosen.push((user, part));
        }
    }
    Ok(chosen.into_iter().map(|(user, part)| places.person(user, part, &visited, first)).collect())
}

/// Where people have something to do, by person.
struct Places<'a> {
    district: &'a District,
    staff_of: BTreeMap<&'a UserId, Vec<&'a ClassId>>,
    student_in: BTreeMap<&'a UserId, Vec<&'a ClassId>>,
    children: BTreeMap<&'a UserId, Vec<&'a UserId>>,
}

impl<'a> Places<'a> {
    fn new(district: &'a District) -> Self {
        let mut places = Self {
            district,
            staff_of: BTreeMap::new(),
            student_in: BTreeMap::new(),
            children: BTreeMap::new(),
        };
        for (id, class) in &district.classes {
            for user in &class.staff {
                places.staff_of.entry(user).or_default().push(id);
            }
            for user in &class.students {
                places.student_in.entry(user).or_default().push(id);
            }
        }
        for (student, guardians) in &district.guardians {
            for user in guardians {
                places.children.entry(user).or_default().push(student);
            }
        }
        places
    }

    /// The staff of all lessons that the first student of a class has, and each student of the class with the guardians.
    fn lessons_of(&self, class: &'a Taught) -> impl Iterator<Item = (Option<&'a ClassId>, &'a UserId, Part)> {
        let lessons = class.students.first().and_then(|student| self.student_in.get(student));
        let lessons = lessons.into_iter().flatten().copied();
        let lessons: Vec<_> = lessons.filter_map(|id| Some((id, self.district.classes.get(id)?))).collect();
        let teachers = lessons
            .clone()
            .into_iter()
            .flat_map(|(id, lesson)| lesson.teachers.iter().map(move |user| (Some(id), user, Part::Teacher)));
        let others = lessons
            .into_iter()
            .flat_map(|(id, lesson)| lesson.staff.iter().map(move |user| (Some(id), user, Part::OtherStaff)));
        let families = class.students.iter().flat_map(|student| {
            let guardians = self.district.guardians.get(student).into_iter().flatten();
            let guardians = guardians.map(|user| (None, user, Part::Guardian));
            [(None, student, Part::Student)].into_iter().chain(guardians)
        });
        teachers.chain(others).chain(families)
    }

    fn person(&self, user: &UserId, part: Part, visited: &BTreeSet<&ClassId>, first: &Taught) -> Person {
        let staff_of = self.staff_of.get(user).map_or(&[][..], Vec::as_slice);
        let over = self.district.admins.get(user);
        let family: Vec<&UserId> = self.children.get(user).into_iter().flatten().copied().collect();
        let own = self.student_in.get(user).map(|_| user);

        let mut may: HashSet<Room> = staff_of.iter().map(|class| Room::class_staff(class)).collect();
        may.extend(family.iter().copied().chain([user]).map(Room::student));
        for school in over.into_iter().flatten() {
            may.insert(Room::school_admins(school));
            let of_school = self.district.classes.iter().filter(|(_, class)| class.school == *school);
            may.extend(of_school.map(|(id, _)| Room::class_staff(id)));
        }

        // Those classes first in which the others are too.
        let (here, elsewhere): (Vec<&ClassId>, Vec<&ClassId>) =
            staff_of.iter().copied().partition(|class| visited.contains(class));
        let mut joins: Vec<ClassId> = here.iter().chain(&elsewhere).map(|class| (*class).clone()).collect();
        let students = own.into_iter().chain(family);
        joins.extend(students.filter_map(|student| Some((*self.student_in.get(student)?.first()?).clone())));
        if over.is_some_and(|over| over.contains(&first.school)) {
            let of_school = self.district.classes.iter().filter(|(_, class)| class.school == first.school);
            joins.extend(of_school.take(1).map(|(id, _)| id.clone()));
        }
        let mut once = HashSet::new();
        joins.retain(|class| once.insert(class.clone()));
        joins.truncate(JOINS);
        let teaches_in = |class: &&ClassId| {
            self.district
                .classes
                .get(*class)
                .is_some_and(|class| class.teachers.contains(user) && !class.students.is_empty())
        };
        let teaches = here.iter().copied().filter(teaches_in).cloned().collect();
        let teaches = if part == Part::Teacher { teaches } else { Vec::new() };
        Person { id: user.clone(), part, joins, teaches, may: Arc::new(may) }
    }
}

#[cfg(test)]
mod tests;
