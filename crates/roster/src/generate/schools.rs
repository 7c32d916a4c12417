//! How many schools there are, of which level, and which students go where.

use std::ops::Range;

use homeroom_contract::OrgId;

use super::ids::id;

/// Up to so many students have one school together.
const ONE_SCHOOL: u32 = 260;
/// A cohort: students who have their lessons together.
const COHORT: u32 = 25;

/// The codes of the grades (CEDS), kindergarten first.
const GRADES: [&str; 13] = ["KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"];

/// What a school is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Elementary,
    Middle,
    High,
}

impl Level {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Elementary => "Elementary School",
            Self::Middle => "Middle School",
            Self::High => "High School",
        }
    }

    /// Which grades, by years after kindergarten.
    fn grades(self) -> Range<usize> {
        match self {
            Self::Elementary => 0..6,
            Self::Middle => 6..9,
            Self::High => 9..13,
        }
    }

    /// About how many students a school has.
    fn size(self) -> u32 {
        match self {
            Self::Elementary => 450,
            Self::Middle => 650,
            Self::High => 1100,
        }
    }
}

/// A school.
#[derive(Debug)]
pub(super) struct School {
    pub(super) id: OrgId,
    pub(super) name: String,
    pub(super) level: Level,
    pub(super) cohorts: Vec<Cohort>,
}

/// Students of one grade who have their lessons together. Students are numbered through the district.
#[derive(Debug)]
pub(super) struct Cohort {
    /// Years after kindergarten.
    pub(super) grade: usize,
    pub(super) students: Range<u32>,
}

impl Cohort {
    pub(super) fn code(&self) -> &'static str {
        grade_code(self.grade)
    }
}

pub(super) fn grade_code(grade: usize) -> &'static str {
    GRADES.get(grade).copied().unwrap_or("12")
}

/// The schools of a district with so many students, high schools first.
pub(super) fn schools(district: &str, students: u32) -> Vec<School> {
    let students = students.max(1);
    let counts = if students < ONE_SCHOOL {
        vec![(Level::High, students)]
    } else {
        let part = |grades: u64| u32::try_from(u64::from(students) * grades / 13).unwrap_or(students);
        let (high, middle) = (part(4), part(3));
        vec![(Level::High, high), (Level::Middle, middle), (Level::Elementary, students - high - middle)]
    };
    let mut schools = Vec::new();
    let mut next = 0;
    for (level, count) in counts {
        let many = count.div_ceil(level.size());
        for nth in 0..many {
            // Rounded so that all of them together have all students.
            let share = |nth: u32| {
                u32::try_from(u64::from(count) * u64::from(nth) / u64::from(many)).unwrap_or(count)
            };
            let size = share(nth + 1) - share(nth);
            let number = schools.len() + 1;
            schools.push(School {
                id: id(format!("{district}-{number:02}")),
                name: name(number - 1, level),
                level,
                cohorts: cohorts(level, next, size),
            });
            next += size;
        }
    }
    schools
}

/// Divides a school's students over its grades (few students over few grades) and those into cohorts.
fn cohorts(level: Level, first: u32, size: u32) -> Vec<Cohort> {
    let grades: Vec<usize> = level.grades().take((size / 20).max(1) as usize).collect();
    let many = u32::try_from(grades.len()).unwrap_or(1);
    let mut cohorts = Vec::new();
    for (nth, grade) in (0..).zip(grades) {
        let (start, end) = (first + size * nth / many, first + size * (nth + 1) / many);
        let groups = (end - start).div_ceil(COHORT).max(1);
        for group in 0..groups {
            let edge = |group: u32| start + (end - start) * group / groups;
            cohorts.push(Cohort { grade, students: edge(group)..edge(group + 1) });
        }
    }
    cohorts
}

fn name(number: usize, level: Level) -> String {
    const PATRONS: [&str; 20] = [
        "Rosa Parks",
        "Lincoln",
        "César Chávez",
        "Roosevelt",
        "Harriet Tubman",
        "Riverside",
        "Sojourner Truth",
        "Maple Grove",
        "Katherine Johnson",
        "Sequoia",
        "Duke Ellington",
        "Cedar Hill",
        "Ellen Ochoa",
        "Franklin",
        "Wilma Mankiller",
        "Lakeview",
        "Grace Hopper",
        "Oak Park",
        "Frederick Douglass",
        "Sally Ride",
    ];
    const SIDES: [&str; 6] = ["", "North ", "South ", "East ", "West ", "New "];
    let patron = PATRONS.get(number % PATRONS.len()).copied().unwrap_or_default();
    let round = number / PATRONS.len();
    match SIDES.get(round) {
        Some(side) => format!("{side}{patron} {}", level.title()),
        None => format!("{patron} {} {}", level.title(), round + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_student_is_in_one_cohort_of_one_school() {
        for students in [1, 2, 19, 20, 21, 59, 259, 260, 261, 999, 5_003, 100_000] {
            let schools = schools("D1", students);
            let mut next = 0;
            for cohort in schools.iter().flat_map(|school| &school.cohorts) {
                assert_eq!(cohort.students.start, next, "{students} students");
                assert!(
                    cohort.students.len() <= COHORT as usize && !cohort.students.is_empty(),
                    "{cohort:?}"
                );
                next = cohort.students.end;
            }
            assert_eq!(next, students);
        }
    }
}
