//! What is generated is read back as it was made, hangs together, and has what access depends on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use homeroom_contract::UserId;

use super::*;
use crate::oneroster::{Contents, EnrollmentRole, Limits, Mode, Reader, Report, Row};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn plan(students: u32, seed: u64, today: &str) -> Plan {
    Plan { students, seed, today: day(today), gradebook: true }
}

fn read(district: &District) -> (Contents, Report) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("district.zip");
    district.write_zip(&path).unwrap();
    let mut reader = Reader::open(&path, Limits::default()).unwrap();
    let contents = reader.contents().unwrap();
    (contents, reader.finish().unwrap())
}

fn records<R: Clone>(rows: &[Row<R>]) -> Vec<R> {
    rows.iter().map(|row| row.record.clone()).collect()
}

#[test]
fn what_is_written_is_read_back_without_a_word_of_complaint() {
    for (students, seed, today) in
        [(1, 1, "2026-11-20"), (2, 5, "2026-08-01"), (40, 2, "2027-07-31"), (700, 3, "2027-01-15")]
    {
        let district = District::generate(&plan(students, seed, today));
        let (contents, report) = read(&district);
        assert!(report.refusals.is_empty() && report.warnings.is_empty(), "{report:?}");
        assert!(report.files.iter().all(|file| file.mode == Mode::Bulk && file.rows == file.accepted));
        assert_eq!(records(&contents.orgs), district.orgs);
        assert_eq!(records(&contents.users), district.users);
        assert_eq!(records(&contents.roles), district.roles);
        assert_eq!(records(&contents.courses), district.teaching.courses);
        assert_eq!(records(&contents.classes), district.teaching.classes);
        assert_eq!(records(&contents.enrollments), district.teaching.enrollments);
        assert_eq!(records(&contents.demographics), district.demographics);
        assert_eq!(records(&contents.line_items), district.line_items().collect::<Vec<_>>());
        assert_eq!(records(&contents.results), district.results().collect::<Vec<_>>());
        assert_eq!(
            contents.users.iter().filter(|row| !row.record.grades.is_empty()).count(),
            students as usize
        );
    }
}

#[test]
fn the_same_plan_gives_the_same_bytes_and_another_seed_another_district() {
    let folder = tempfile::tempdir().unwrap();
    let zip = |seed: u64, name: &str| {
        let path = folder.path().join(name);
        District::generate(&plan(60, seed, "2026-11-20")).write_zip(&path).unwrap();
        fs::read(path).unwrap()
    };
    assert_eq!(zip(1, "a"), zip(1, "b"));
    assert_ne!(zip(1, "a"), zip(2, "c"));
}

#[test]
fn a_folder_has_the_same_files_as_the_zip() {
    let district = District::generate(&plan(30, 1, "2026-11-20"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new");
    district.write_folder(&path).unwrap();
    let mut reader = Reader::open(&path, Limits::default()).unwrap();
    assert_eq!(reader.contents().unwrap(), read(&district).0);
}

#[test]
fn without_a_gradebook_its_files_are_absent() {
    let district = District::generate(&Plan { gradebook: false, ..plan(30, 1, "2026-11-20") });
    let (contents, report) = read(&district);
    assert!(report.warnings.is_empty());
    assert!(contents.line_items.is_empty() && contents.results.is_empty() && contents.categories.is_empty());
}

#[test]
fn every_reference_leads_somewhere() {
    let (contents, _) = read(&District::generate(&plan(700, 4, "2027-02-10")));
    let orgs: BTreeSet<_> = contents.orgs.iter().map(|row| &row.record.id).collect();
    let users: BTreeSet<_> = contents.users.iter().map(|row| &row.record.id).collect();
    let sessions: BTreeSet<_> = contents.academic_sessions.iter().map(|row| &row.record.id).collect();
    let courses: BTreeSet<_> = contents.courses.iter().map(|row| &row.record.id).collect();
    let classes: BTreeMap<_, _> = contents.classes.iter().map(|row| (&row.record.id, &row.record)).collect();
    let categories: BTreeSet<_> = contents.categories.iter().map(|row| &row.record.id).collect();
    let items: BTreeSet<_> = contents.line_items.iter().map(|row| &row.record.id).collect();
    let students: BTreeSet<_> = contents
        .enrollments
        .iter()
        .filter(|row| row.record.role == EnrollmentRole::Student)
        .map(|row| (&row.record.class, &row.record.user))
        .collect();
    assert!(contents.orgs.iter().all(|row| row.record.parent.as_ref().is_none_or(|id| orgs.contains(id))));
    assert!(contents.users.iter().all(|row| row.record.agents.iter().all(|id| users.contains(id))));
    assert!(
        contents.roles.iter().all(|row| orgs.contains(&row.record.org) && users.contains(&row.record.user))
    );
    for class in classes.values() {
        assert!(courses.contains(&class.course) && orgs.contains(&class.school));
        assert!(class.terms.iter().all(|id| sessions.contains(id)));
    }
    for Row { record, .. } in &contents.enrollments {
        assert_eq!(classes[&record.class].school, record.school);
        assert!(users.contains(&record.user));
    }
    for Row { record, .. } in &contents.line_items {
        assert!(classes.contains_key(&record.class) && categories.contains(&record.category));
        assert!(sessions.contains(&record.session));
    }
    for Row { record, .. } in &contents.results {
        assert!(items.contains(&record.line_item));
        assert!(students.contains(&(record.class.as_ref().unwrap(), &record.student)));
    }
}

#[test]
fn the_cast_belongs_together_on_any_day_and_in_any_size() {
    for today in ["2026-08-01", "2026-11-20", "2027-01-16", "2027-06-30", "2027-07-31"] {
        for students in [1, 2, 25, 26, 400] {
            let district = District::generate(&plan(students, u64::from(students), today));
            let cast = district.cast();
            let enrolled = |user: &UserId, role: &EnrollmentRole| {
                district.teaching.enrollments.iter().any(|enrollment| {
                    let (begin, end) = (enrollment.begin.unwrap(), enrollment.end.unwrap());
                    enrollment.class == cast.class
                        && enrollment.user == *user
                        && enrollment.role == *role
                        && (begin..end).contains(&day(today))
                })
            };
            let has = |user: &UserId, kind: &RoleKind, org: &OrgId| {
                district.roles.iter().any(|role| role.user == *user && role.kind == *kind && role.org == *org)
            };
            let find = |id: &UserId| district.users.iter().find(|user| user.id == *id).unwrap();
            assert!(enrolled(&cast.teacher, &EnrollmentRole::Teacher));
            assert!(enrolled(&cast.student, &EnrollmentRole::Student));
            assert_eq!(cast.classmate.is_some(), students > 1);
            assert!(cast.classmate.iter().all(|student| enrolled(student, &EnrollmentRole::Student)));
            assert!(has(&cast.parent, &RoleKind::Parent, &cast.school));
            assert!(has(&cast.principal, &RoleKind::Principal, &cast.school));
            assert!(has(&cast.district_administrator, &RoleKind::DistrictAdministrator, &cast.district));
            assert!(
                find(&cast.student).agents.contains(&cast.parent)
                    || find(&cast.parent).agents.contains(&cast.student)
            );
            assert!(
                [&cast.teacher, &cast.student, &cast.parent, &cast.principal]
                    .iter()
                    .all(|id| find(id).enabled)
            );
            let session = district.calendar.sessions().find(|session| session.id == cast.session).unwrap();
            assert!((session.start..session.end).contains(&day(today)));
        }
    }
}

#[test]
fn line_items_are_given_and_due_on_school_days_of_their_grading_period() {
    for today in ["2026-11-20", "2027-07-31", "2025-12-01", "2029-06-01"] {
        let district = District::generate(&plan(60, 8, today));
        for item in district.line_items() {
            let period = district.calendar.periods.iter().find(|period| period.id == item.session).unwrap();
            for day in [item.assign_date, item.due_date] {
                assert!((period.start..period.end).contains(&day), "{day} is not in {}", period.title);
                assert!(day.weekday().num_days_from_monday() < 5, "{day} is on a weekend");
            }
        }
    }
}

#[test]
fn nobody_is_in_two_places_in_one_period() {
    let district = District::generate(&plan(1500, 6, "2026-11-20"));
    let classes: BTreeMap<_, _> = district.teaching.classes.iter().map(|class| (&class.id, class)).collect();
    let mut taken = BTreeSet::new();
    for enrollment in &district.teaching.enrollments {
        let is_lead = enrollment.primary == Some(true);
        if enrollment.role == EnrollmentRole::Student || is_lead {
            let class = classes[&enrollment.class];
            for term in &class.terms {
                let place = (&enrollment.user, term, &class.periods);
                assert!(taken.insert(place), "{place:?}");
            }
        }
    }
}

#[test]
fn there_is_everything_that_access_depends_on() {
    let district = District::generate(&plan(2000, 7, "2026-11-20"));
    let (today, enrollments) = (day("2026-11-20"), &district.teaching.enrollments);
    let kinds: BTreeSet<_> = district.roles.iter().map(|role| role.kind.as_str()).collect();
    for kind in RoleKind::TOKENS {
        assert!(kinds.contains(kind), "nobody is {kind}");
    }
    for role in ["administrator", "proctor", "student", "teacher", "ext:aide"] {
        assert!(
            enrollments.iter().any(|enrollment| enrollment.role.as_str() == role),
            "nobody is {role} in a class"
        );
    }
    assert!(enrollments.iter().any(|enrollment| enrollment.end.unwrap() <= today));
    assert!(enrollments.iter().any(|enrollment| enrollment.begin.unwrap() > today));
    assert!(enrollments.iter().any(|enrollment| enrollment.primary == Some(false)));
    assert!(district.users.iter().any(|user| !user.enabled));
    let guardians = district.users.iter().filter(|user| user.id.as_str().starts_with('G'));
    assert!(guardians.clone().any(|user| user.agents.len() > 2));
    assert!(guardians.clone().any(|user| user.agents.is_empty()));
    let students = district.users.iter().filter(|user| !user.grades.is_empty());
    assert!(
        students.clone().any(|user| user.agents.len() == 2)
            && students.clone().any(|user| user.agents.is_empty())
    );
    let schools_of_parents: BTreeMap<&UserId, usize> = district
        .roles
        .iter()
        .filter(|role| role.kind == RoleKind::Parent)
        .fold(BTreeMap::new(), |mut counts, role| {
            *counts.entry(&role.user).or_default() += 1;
            counts
        });
    assert!(schools_of_parents.values().any(|count| *count > 1));
    assert!(district.users.iter().any(|user| !user.family_name.is_ascii()));
    let results: Vec<_> = district.results().collect();
    let statuses: BTreeSet<_> = results.iter().map(|result| result.status.as_str()).collect();
    assert_eq!(statuses.len(), 5, "{statuses:?}");
    assert!(results.iter().any(|result| result.late) && results.iter().any(|result| result.missing));
    assert!(
        results.iter().any(|result| result.incomplete) && results.iter().any(|result| result.in_progress)
    );
    assert!(results.iter().any(|result| result.comment.is_some()));
}
