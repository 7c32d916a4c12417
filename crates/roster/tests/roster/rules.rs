//! Every rule against the plain model, over random districts. All districts of a run are in one database and have the same
//! ids, so a query that forgets its tenant shows.

use homeroom_contract::{Actor, ClassId, Role, Service, Subject, UserId};
use homeroom_journal::{Conn, Database};
use homeroom_roster::{Grading, Roster, RosterError};
use homeroom_testkit::TestDatabase;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Handle;

use crate::district::{Source, at, class, import, noon, org, person, roster, tenant, user};
use crate::model::{CLASSES, Model, PEOPLE, model};

fn id(person: usize) -> UserId {
    user(&format!("p{person}"))
}

fn ids(people: impl Iterator<Item = usize>) -> Vec<UserId> {
    people.map(id).collect()
}

struct Case<'a> {
    model: &'a Model,
    roster: &'a Roster,
    district: String,
}

impl Case<'_> {
    fn actor(&self, person: usize) -> Actor {
        Actor::person(tenant(&self.district), id(person))
    }

    async fn check(&self, conn: &mut Conn) {
        for person in 0..PEOPLE {
            for number in 0..CLASSES {
                self.class(conn, person, number).await;
            }
            for student in 0..PEOPLE {
                self.student(conn, person, student).await;
            }
            self.family(conn, person).await;
            self.places(conn, person).await;
            self.orgs(conn, person).await;
        }
        for number in 0..CLASSES {
            self.students(conn, number).await;
        }
    }

    async fn class(&self, conn: &mut Conn, person: usize, number: usize) {
        let Self { model, roster, .. } = self;
        let standing = roster.standing_in(conn, &self.actor(person), &class_id(number), noon()).await;
        if !model.is_class(number) {
            assert!(matches!(standing, Err(RosterError::NotFound("class"))), "{standing:?}");
            return;
        }
        let mut standing = standing.unwrap();
        standing.children.sort_unstable();
        let context = format!("p{person} in c{number}: {standing:?}");
        assert_eq!(standing.school.as_str(), model.school_of(number), "{context}");
        assert_eq!(standing.teacher, model.teaches(person, number), "{context}");
        assert_eq!(standing.aide, model.helps(person, number), "{context}");
        assert_eq!(standing.class_admin, model.is_class_admin(person, number), "{context}");
        assert_eq!(standing.proctor, model.is_proctor(person, number), "{context}");
        assert_eq!(standing.admin.is_some(), model.admin_of_class(person, number), "{context}");
        assert_eq!(standing.counselor, model.counselor_of_class(person, number), "{context}");
        let student = model.acts(person) && model.is_student_in(person, number);
        assert_eq!(standing.student, student.then(|| id(person)), "{context}");
        let children = (0..PEOPLE)
            .filter(|child| model.is_guardian(person, *child) && model.is_student_in(*child, number));
        assert_eq!(standing.children, ids(children), "{context}");
        let grading = match (standing.teacher, standing.admin) {
            (true, _) => Grading::Allowed,
            (false, Some(_)) => Grading::WithReason,
            (false, None) => Grading::Denied,
        };
        assert_eq!(standing.may_grade(), grading, "{context}");
        if !model.acts(person) {
            assert_eq!(
                (standing.role(), standing.is_family(), standing.may_read_all("gradebook")),
                (None, false, false)
            );
        }
    }

    async fn student(&self, conn: &mut Conn, person: usize, student: usize) {
        let Self { model, roster, .. } = self;
        let standing = roster.see_student(conn, &self.actor(person), &id(student), noon()).await;
        if !model.stands(student) {
            assert!(matches!(standing, Err(RosterError::NotFound("student"))), "{standing:?}");
            return;
        }
        let standing = standing.unwrap();
        let context = format!("p{person} and p{student}: {standing:?}");
        assert_eq!(standing.itself, person == student && model.acts(person), "{context}");
        assert_eq!(standing.guardian, model.is_guardian(person, student), "{context}");
        assert_eq!(standing.staff, model.staff_of_student(person, student), "{context}");
        assert_eq!(standing.admin, model.admin_of_student(person, student), "{context}");
        assert_eq!(standing.counselor, model.counselor_of_student(person, student), "{context}");
    }

    async fn family(&self, conn: &mut Conn, person: usize) {
        let Self { model, roster, district } = self;
        let guardians = roster.guardians_of(conn, &tenant(district), &id(person), noon()).await.unwrap();
        // Whether the child itself stands is for the caller to know: here it is asked about.
        let expected = (0..PEOPLE).filter(|adult| model.stands(person) && model.is_guardian(*adult, person));
        if model.stands(person) {
            assert_eq!(guardians, ids(expected));
        }
        let children = roster.children_of(conn, &tenant(district), &id(person), noon()).await.unwrap();
        assert_eq!(children, ids((0..PEOPLE).filter(|child| model.is_guardian(person, *child))));
    }

    async fn places(&self, conn: &mut Conn, person: usize) {
        let Self { model, roster, .. } = self;
        let places = roster.places_of(conn, &self.actor(person), noon()).await.unwrap();
        assert_eq!(places.student, model.is_student(person).then(|| id(person)), "{places:?}");
        assert_eq!(places.children, ids((0..PEOPLE).filter(|child| model.is_guardian(person, *child))));
        for (role, words) in [
            (Role::SchoolAdmin, &["principal", "siteAdministrator"][..]),
            (Role::Counselor, &["counselor"]),
            (Role::Student, &["student"]),
        ] {
            let schools: Vec<&str> = places.schools(role).map(homeroom_contract::OrgId::as_str).collect();
            assert_eq!(schools, model.schools_as(person, words), "{places:?}");
        }
    }

    async fn orgs(&self, conn: &mut Conn, person: usize) {
        let Self { model, roster, district } = self;
        for (number, name, stands) in model.orgs(district) {
            let standing = roster.standing_at(conn, &self.actor(person), &org(name), noon()).await;
            if !stands {
                assert!(matches!(standing, Err(RosterError::NotFound("org"))), "{standing:?}");
                continue;
            }
            let standing = standing.unwrap();
            assert_eq!(standing.admin.is_some(), model.is_admin_over(person, number), "p{person} at {name}");
            assert_eq!(standing.counselor, model.is_counselor_over(person, number), "p{person} at {name}");
        }
    }

    async fn students(&self, conn: &mut Conn, number: usize) {
        let Self { model, roster, district } = self;
        let (tenant, class) = (tenant(district), class_id(number));
        let students = roster.students_in(conn, &tenant, &class, noon()).await.unwrap();
        let students: Vec<UserId> = students.into_iter().map(|student| student.user).collect();
        assert_eq!(students, ids((0..PEOPLE).filter(|person| model.is_student_in(*person, number))));
        for person in 0..PEOPLE {
            let is_student = roster.is_student_in(conn, &tenant, &class, &id(person), noon()).await.unwrap();
            assert_eq!(is_student, students.contains(&id(person)));
        }
    }
}

fn class_id(number: usize) -> ClassId {
    class(&format!("c{number}"))
}

async fn compare(roster: &Roster, database: &Database, district: String, model: &Model) {
    import(roster, &model.source(&district)).await;
    if let Some(gone) = model.gone(&district) {
        let options =
            homeroom_roster::ImportOptions { tenant: Some(tenant(&district)), ..Default::default() };
        let report = crate::district::import_with(roster, &gone, &options).await;
        assert_eq!(report.outcome, homeroom_roster::Outcome::Applied, "{report}");
    }
    let mut conn = database.lookup().await.unwrap();
    Case { model, roster, district }.check(&mut conn).await;
}

homeroom_testkit::on_both_databases! {
    /// Over random districts with orgs, people, roles, classes, enrollments and links in every state, each rule gives what the
    /// plain model gives.
    async fn the_rules_are_those_of_the_model(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
        let number = std::cell::Cell::new(0);
        tokio::task::block_in_place(|| {
            let outcome = runner.run(&model(), |model| {
                number.set(number.get() + 1);
                Handle::current().block_on(compare(&roster, &database, format!("d{}", number.get()), &model));
                Ok(())
            });
            outcome.unwrap_or_else(|failure| panic!("{failure}"));
        });
    }

    /// What the roles of the example district may do, in words.
    async fn the_example_district_is_as_it_is_described(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let mut conn = database.lookup().await.unwrap();
        let mut lines = Vec::new();
        for who in ["teacher", "aide", "ann", "ben", "mother", "father", "principal", "counselor", "admin", "nobody"] {
            let standing = roster.standing_in(&mut conn, &person("d1", who), &class("math"), noon()).await.unwrap();
            let family: Vec<&str> = standing.family().map(UserId::as_str).collect();
            lines.push(format!(
                "{who}: {:?}, reads {}, staff {}, grades {:?}, attendance {}, part {}, family {family:?}",
                standing.role(), standing.may_read_all("gradebook"), standing.sits_with_staff(), standing.may_grade(),
                standing.may_take_attendance(), standing.takes_part(),
            ));
        }
        insta::assert_snapshot!("standing", lines.join("\n"));
    }

    /// A service acts by its scopes alone, in its own tenant; a scope of one namespace says nothing in another.
    async fn a_service_has_its_scopes(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let mut conn = database.lookup().await.unwrap();
        let service = |district: &str, scope: &str| Actor {
            tenant: tenant(district),
            subject: Subject::Service(Service { name: user("teacher"), scopes: [scope.to_owned()].into() }),
        };
        for (scope, grades, reads, attends) in [
            ("gradebook:write", Grading::Allowed, true, false),
            ("gradebook:read", Grading::Denied, true, false),
            ("attendance:write", Grading::Denied, false, true),
            ("gradebook", Grading::Denied, false, false),
        ] {
            let standing = roster.standing_in(&mut conn, &service("d1", scope), &class("math"), noon()).await.unwrap();
            let may = (standing.may_grade(), standing.may_read_all("gradebook"), standing.may_take_attendance());
            assert_eq!(may, (grades, reads, attends), "{scope}");
            assert!(!standing.sits_with_staff() && standing.role().is_none());
            let student = roster.see_student(&mut conn, &service("d1", scope), &user("ann"), noon()).await.unwrap();
            assert_eq!((student.may_see("gradebook"), student.is_family()), (reads, false), "{scope}");
        }
        let elsewhere = roster.standing_in(&mut conn, &service("d2", "gradebook:write"), &class("math"), noon()).await;
        assert!(matches!(elsewhere, Err(RosterError::NotFound(_))));
    }

    /// A grading period closes at the start of its end date, in the district's time zone; other sessions don't.
    async fn a_grading_period_closes(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let mut conn = database.lookup().await.unwrap();
        let (d1, id) = (tenant("d1"), homeroom_contract::AcademicSessionId::new("p1").unwrap());
        let period = roster.session(&mut conn, &d1, &id).await.unwrap();
        assert!(!period.closed(roster.today(&d1, at("2025-10-31T23:59:59Z"))));
        assert!(period.closed(roster.today(&d1, at("2025-11-01T00:00:00Z"))));
        let term = homeroom_contract::AcademicSessionId::new("t1").unwrap();
        let term = roster.session(&mut conn, &d1, &term).await.unwrap();
        assert!(!term.closed(roster.today(&d1, at("2030-01-01T00:00:00Z"))));
        let facts = roster.class(&mut conn, &d1, &class("math")).await.unwrap();
        assert_eq!((facts.title.as_str(), facts.school, facts.terms), ("Maths 1", org("s1"), vec![term.session]));
        assert!(roster.session(&mut conn, &tenant("d2"), &id).await.is_err());
        assert_eq!(roster.person(&mut conn, &d1, &user("ann")).await.unwrap().display_name(), "Given ann");
        assert!(roster.person(&mut conn, &tenant("d2"), &user("ann")).await.is_err());
    }
}
