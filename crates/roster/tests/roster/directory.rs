//! What the transport is told: who may be connected, and whose rights a change may have touched.

use std::collections::BTreeSet;
use std::sync::Mutex;

use homeroom_contract::{
    Actor, Affected, Directory, Failure, RosterChange, RosterPosition, Service, Standing, Subject, Timestamp,
};
use homeroom_journal::sql;
use homeroom_roster::{ImportOptions, Roster, Settings};
use homeroom_testkit::TestDatabase;

use crate::district::{Source, at, import, noon, person, roster, roster_with, tenant, user};

const STAMP: &str = "2025-10-01T00:00:00Z";

/// Whom the changes since the last look concern, in `d1`.
struct Watch(Mutex<RosterPosition>);

impl Watch {
    async fn new(roster: &Roster) -> Self {
        Self(Mutex::new(roster.position(noon()).await.unwrap()))
    }

    async fn look(&self, roster: &Roster, now: Timestamp) -> Vec<RosterChange> {
        let since = *self.0.lock().unwrap();
        let (changes, position) = roster.changes(since, now).await.unwrap();
        *self.0.lock().unwrap() = position;
        changes
    }

    /// Whom in `d1` a delta with these rows concerns.
    async fn after(&self, roster: &Roster, delta: Source) -> Affected {
        import(roster, &delta).await;
        match self.look(roster, noon()).await.as_slice() {
            [] => people(&[]),
            [RosterChange { tenant: district, affected }] if *district == tenant("d1") => affected.clone(),
            other => panic!("{other:?}"),
        }
    }
}

fn people(ids: &[&str]) -> Affected {
    Affected::People(ids.iter().map(|id| user(id)).collect())
}

/// These people of `d1`, and everyone there.
fn everyone_and(ids: &[&str]) -> Vec<RosterChange> {
    [people(ids), Affected::Everyone].map(|affected| RosterChange { tenant: tenant("d1"), affected }).to_vec()
}

homeroom_testkit::on_both_databases! {
    /// In the roster and enabled; in it but not to be let in; not in it. A service needs a tenant that is there.
    async fn standing_is_active_disabled_or_unknown(test: TestDatabase) {
        let (roster, _) = roster(&test).await;
        assert_eq!(roster.sole_tenant().await.unwrap(), None);
        import(&roster, &Source::district().change("users", "ben,,,true", "ben,,,false")).await;
        import(&roster, &Source::delta().row("users", &format!("father,tobedeleted,{STAMP},true,father,,Given,father{}", ",".repeat(15)))).await;
        let standing = async |actor: Actor| roster.standing(&actor).await.map_err(|failure: Failure| failure.code).unwrap();
        assert_eq!(standing(person("d1", "ann")).await, Standing::Active);
        assert_eq!(standing(person("d1", "ben")).await, Standing::Disabled);
        assert_eq!(standing(person("d1", "father")).await, Standing::Disabled);
        assert_eq!(standing(person("d1", "nobody")).await, Standing::Unknown);
        assert_eq!(standing(person("d2", "ann")).await, Standing::Unknown);
        let service = |district: &str| Actor {
            tenant: tenant(district),
            subject: Subject::Service(Service { name: user("sis"), scopes: BTreeSet::new() }),
        };
        assert_eq!(standing(service("d1")).await, Standing::Active);
        assert_eq!(standing(service("d2")).await, Standing::Unknown);
        assert_eq!(roster.sole_tenant().await.unwrap(), Some(tenant("d1")));
        import(&roster, &Source::empty().row("orgs", "d2,,,Other,district,,")).await;
        assert_eq!(roster.sole_tenant().await.unwrap(), None);
    }

    /// A backup was put back: whatever anybody may do is looked up again, and later changes are told as ever.
    async fn a_roster_that_has_gone_back_concerns_everyone(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let watch = Watch::new(&roster).await;
        assert_eq!(watch.look(&roster, noon()).await, []);
        let mut conn = database.begin().await.unwrap();
        for undo in ["DELETE FROM roster_changes", "UPDATE roster_head SET version = version - 1"] {
            sql!(conn, |c| sqlx::query(undo).execute(c)).unwrap();
        }
        conn.commit().await.unwrap();
        let everyone = RosterChange { tenant: tenant("d1"), affected: Affected::Everyone };
        assert_eq!(watch.look(&roster, noon()).await, [everyone]);
        assert_eq!(watch.look(&roster, noon()).await, []);
        assert_eq!(watch.after(&roster, Source::delta()
            .row("enrollments", &format!("e-ann,tobedeleted,{STAMP},math,s1,ann,student,,,"))).await, people(&["ann", "mother"]));
    }

    /// A change concerns the person and those linked with the person, before and after; never more.
    async fn a_change_names_the_people_it_may_concern(test: TestDatabase) {
        let (roster, _) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let watch = Watch::new(&roster).await;
        assert_eq!(watch.after(&roster, Source::delta()
            .row("enrollments", &format!("e-ann,tobedeleted,{STAMP},math,s1,ann,student,,,"))).await, people(&["ann", "mother"]));
        // The same once more changes nothing.
        assert_eq!(watch.after(&roster, Source::delta()
            .row("enrollments", &format!("e-ann,tobedeleted,{STAMP},math,s1,ann,student,,,"))).await, people(&[]));
        // An enrollment that goes from one student to another concerns both.
        assert_eq!(watch.after(&roster, Source::delta()
            .row("enrollments", &format!("e-ben,active,{STAMP},math,s1,ann,student,,,"))).await,
            people(&["ann", "ben", "father", "mother"]));
        assert_eq!(watch.after(&roster, Source::delta()
            .row("roles", &format!("r-mother,active,{STAMP},mother,primary,relative,,,s1,"))).await, people(&["ann", "mother"]));
        assert_eq!(watch.after(&roster, Source::delta()
            .row("roles", &format!("r-teacher,active,{STAMP},teacher,primary,teacher,,2025-12-01,s1,"))).await, people(&["teacher"]));
        // A link that moves to somebody else concerns both adults and the child.
        assert_eq!(watch.after(&roster, Source::delta()
            .row("users", &format!("ann,active,{STAMP},true,ann,,Given,ann{}father{}", ",".repeat(6), ",".repeat(9)))).await,
            people(&["ann", "father", "mother"]));
        assert_eq!(watch.after(&roster, Source::delta()
            .row("users", &format!("teacher,active,{STAMP},false,teacher,,Given,teacher{}", ",".repeat(15)))).await, people(&["teacher"]));
        // Nobody's rights follow from a session's title or a new class.
        assert_eq!(watch.after(&roster, Source::delta()
            .row("academicSessions", &format!("t1,active,{STAMP},Autumn,term,2025-08-01,2026-02-01,y26,2026"))
            .row("classes", &format!("new,active,{STAMP},New,,c1,,scheduled,,s1,t1,,,"))).await, people(&[]));
    }

    /// A class or an org that changes concerns everyone of the district, and nobody of another.
    async fn an_org_concerns_everyone(test: TestDatabase) {
        let (roster, _) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let watch = Watch::new(&roster).await;
        assert_eq!(watch.after(&roster, Source::delta()
            .row("classes", &format!("math,tobedeleted,{STAMP},Maths 1,,c1,,scheduled,,s1,t1,,,"))).await, Affected::Everyone);
        assert_eq!(watch.after(&roster, Source::delta().row("orgs", &format!("s1,active,{STAMP},New name,school,,d1"))).await, Affected::Everyone);
        import(&roster, &Source::empty().row("orgs", "d2,,,Other,district,,")).await;
        let changes = watch.look(&roster, noon()).await;
        assert_eq!(changes, [RosterChange { tenant: tenant("d2"), affected: Affected::Everyone }]);
        assert_eq!(watch.look(&roster, noon()).await, []);
    }

    /// More people than the limit are everyone.
    async fn many_are_everyone(test: TestDatabase) {
        let (roster, _) = roster_with(&test, Settings { affected_limit: 2, ..Settings::default() }).await;
        import(&roster, &Source::district()).await;
        let watch = Watch::new(&roster).await;
        let role = |user: &str| format!("r-{user},active,{STAMP},{user},primary,counselor,,,s1,");
        let two = Source::delta().row("roles", &role("teacher")).row("roles", &role("principal"));
        assert_eq!(watch.after(&roster, two).await, people(&["principal", "teacher"]));
        // The child makes two, the mother three.
        let three = Source::delta().row("roles", &role("aide")).row("roles", &role("mother"));
        import(&roster, &three).await;
        assert_eq!(watch.look(&roster, noon()).await, everyone_and(&["aide", "mother"]));
        // Of more than the limit, those who are disabled come before those who lose a role.
        let gone = |user: &str| role(user).replace("active", "tobedeleted");
        let many = Source::delta().row("roles", &gone("aide")).row("roles", &gone("principal")).row("roles", &gone("mother"))
            .row("users", &format!("teacher,active,{STAMP},false,teacher,,Given,teacher{}", ",".repeat(15)))
            .row("users", &format!("ben,active,{STAMP},false,ben,,Given,ben{}", ",".repeat(15)));
        import(&roster, &many).await;
        assert_eq!(watch.look(&roster, noon()).await, everyone_and(&["ben", "teacher"]));
    }

    /// An import that concerns everyone names those who lost something by it, with those linked with them, and not who only gained.
    async fn who_lost_something_is_named_even_so(test: TestDatabase) {
        let (roster, _) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let watch = Watch::new(&roster).await;
        let renamed = Source::delta().row("orgs", &format!("s1,active,{STAMP},New name,school,,d1"))
            .row("users", &format!("teacher,active,{STAMP},false,teacher,,Given,teacher{}", ",".repeat(15)))
            .row("users", &format!("principal,active,{STAMP},true,principal,,Other,principal{}", ",".repeat(15)))
            .row("roles", &format!("r-counselor,tobedeleted,{STAMP},counselor,primary,counselor,,,s1,"))
            .row("roles", &format!("r-new,active,{STAMP},aide,secondary,counselor,,,s1,"))
            .row("enrollments", &format!("e-ann,tobedeleted,{STAMP},math,s1,ann,student,,,"));
        import(&roster, &renamed).await;
        let named = everyone_and(&["ann", "counselor", "mother", "teacher"]);
        assert_eq!(watch.look(&roster, noon()).await, named);
        // The day begins as well: nobody is forgotten over it.
        import(&roster, &Source::delta().row("enrollments", &format!("e-ben,tobedeleted,{STAMP},math,s1,ben,student,,,"))).await;
        assert_eq!(watch.look(&roster, at("2025-10-16T12:00:00Z")).await, everyone_and(&["ben", "father"]));
    }

    /// A new day concerns everyone of the districts where it began.
    async fn a_new_day_concerns_everyone_there(test: TestDatabase) {
        let mut settings = Settings::default();
        settings.time_zones.insert(tenant("d2"), "America/New_York".parse().unwrap());
        let (roster, _) = roster_with(&test, settings).await;
        import(&roster, &Source::district()).await;
        import(&roster, &Source::empty().row("orgs", "d2,,,Other,district,,")).await;
        let position = roster.position(at("2025-10-15T23:59:59Z")).await.unwrap();
        let (changes, position) = roster.changes(position, at("2025-10-16T00:00:00Z")).await.unwrap();
        assert_eq!(changes, [RosterChange { tenant: tenant("d1"), affected: Affected::Everyone }]);
        let (changes, position) = roster.changes(position, at("2025-10-16T03:59:59Z")).await.unwrap();
        assert_eq!(changes, []);
        let (changes, _) = roster.changes(position, at("2025-10-16T04:00:00Z")).await.unwrap();
        assert_eq!(changes, [RosterChange { tenant: tenant("d2"), affected: Affected::Everyone }]);
    }

    /// Changes that nobody will ask for any more are forgotten.
    async fn old_changes_are_forgotten(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let long_ago = at("2025-10-01T00:00:00Z");
        roster.import(Source::district().folder().path(), &ImportOptions::default(), None, long_ago).await.unwrap();
        let question = "SELECT user_id FROM roster_changes WHERE tenant_id = $1 AND user_id IS NOT NULL";
        let role = |word: &str| Source::delta().row("roles", &format!("r-teacher,active,{STAMP},teacher,primary,{word},,,s1,"));
        roster.import(role("counselor").folder().path(), &ImportOptions::default(), None, long_ago).await.unwrap();
        assert_eq!(crate::district::active(&database, question, "d1").await, ["teacher"]);
        import(&roster, &Source::delta().row("roles", &format!("r-aide,active,{STAMP},aide,primary,teacher,,,s1,"))).await;
        assert_eq!(crate::district::active(&database, question, "d1").await, ["aide"]);
    }
}
