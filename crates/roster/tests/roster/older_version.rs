//! `OneRoster` 1.1, where the roles and the orgs of a person are in users.csv: what a row doesn't say any more ends.

use homeroom_contract::{Affected, Directory, RosterChange};
use homeroom_roster::{ImportOptions, Outcome, Roster};
use homeroom_testkit::TestDatabase;

use crate::district::{Source, active, class, import, import_with, noon, person, roster, tenant, user};

const USERS: &str = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,\
    familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n";
const ROLES: &str = "SELECT role_id FROM roles WHERE tenant_id = $1 AND active ORDER BY 1";

/// A row of users.csv; with a stamp as a delta has it.
fn row(id: &str, stamp: &str, orgs: &str, role: &str, agents: &str) -> String {
    format!("{id},{stamp},true,\"{orgs}\",{role},{id},,Given,{id},,,,,,{agents},,\n")
}

fn manifest(mode: &str) -> String {
    format!("propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.users,{mode}\n")
}

/// Two schools, each with a class; principal `paula` at the first; `mum`, guardian of `ann`, who is in the class `math`.
fn bulk(paula: &str, mum: &str, more: &str) -> Source {
    let users = [
        row("teacher", ",", "s1", "teacher", ""),
        row("ann", ",", "s1", "student", "mum"),
        row("ben", ",", "s1", "student", ""),
        row("aide", ",", "s1", "aide", ""),
        row("paula", ",", paula, "administrator", ""),
        row("mum", ",", "s1", mum, ""),
    ];
    Source::district()
        .without("roles")
        .without("demographics")
        .row("orgs", "s2,,,Second,school,,d1")
        .row("classes", "bio,,,Biology,,c1,,scheduled,,s2,t1,,,")
        .text("manifest", &manifest("bulk"))
        .text("users", &(USERS.to_owned() + &users.concat() + more))
}

/// Only these rows of users.csv.
fn delta(rows: &[String]) -> Source {
    Source::delta().text("manifest", &manifest("delta")).text("users", &(USERS.to_owned() + &rows.concat()))
}

/// Whether paula administers each class, and whose guardian mum is.
async fn rights(roster: &Roster, database: &homeroom_journal::Database) -> (bool, bool, usize) {
    let mut conn = database.lookup().await.unwrap();
    let mut administers = Vec::new();
    for id in ["math", "bio"] {
        let standing =
            roster.standing_in(&mut conn, &person("d1", "paula"), &class(id), noon()).await.unwrap();
        administers.push(standing.admin.is_some());
    }
    let children = roster.children_of(&mut conn, &tenant("d1"), &user("mum"), noon()).await.unwrap();
    (administers[0], administers[1], children.len())
}

homeroom_testkit::on_both_databases! {
    /// In a delta: a principal who goes to another school, and a guardian who becomes a relative, have what the row says and
    /// nothing else; whoever they are is told to the nodes, and the roles of people without a row stay.
    async fn a_delta_ends_the_roles_that_a_row_does_not_say(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &bulk("s1", "guardian", "")).await;
        assert_eq!(rights(&roster, &database).await, (true, false, 1));
        let position = roster.position(noon()).await.unwrap();
        let stamp = "active,2025-10-01T00:00:00Z";
        let report = import(&roster, &delta(&[
            row("paula", stamp, "s2", "administrator", ""),
            row("mum", stamp, "s1", "relative", ""),
        ])).await;
        assert_eq!(rights(&roster, &database).await, (false, true, 0), "{report}");
        assert_eq!(active(&database, ROLES, "d1").await, [
            "aide:s1:aide", "ann:s1:student", "ben:s1:student", "mum:s1:relative", "paula:s2:siteAdministrator",
            "teacher:s1:teacher",
        ]);
        let (changes, _) = roster.changes(position, noon()).await.unwrap();
        let affected = Affected::People(["ann", "mum", "paula"].map(user).to_vec());
        assert_eq!(changes, [RosterChange { tenant: tenant("d1"), affected }]);
    }

    /// A person who is to be deleted loses the roles of before, whatever the last row says.
    async fn who_is_deleted_by_a_delta_has_no_roles_left(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &bulk("s1", "guardian", "")).await;
        import(&roster, &delta(&[row("paula", "tobedeleted,2025-10-01T00:00:00Z", "s2", "administrator", "")])).await;
        assert!(!active(&database, ROLES, "d1").await.iter().any(|role| role.starts_with("paula")));
    }

    /// In a bulk file of which a row is refused: the good rows say all the roles of their people; whoever has the refused row, or
    /// none, keeps what was there.
    async fn a_refused_row_keeps_only_its_own_roles_in_force(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &bulk("s1", "guardian", "")).await;
        let bad = bulk("s2", "relative", "").change("users", ",aide,aide,", ",helper,aide,").drop_row("users", "ben")
            .drop_row("enrollments", "e-ben").drop_row("enrollments", "e-aide");
        let lenient = ImportOptions { max_refused: "1".parse().unwrap(), ..ImportOptions::default() };
        let report = import_with(&roster, &bad, &lenient).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert_eq!(rights(&roster, &database).await, (false, true, 0), "{report}");
        assert_eq!(active(&database, ROLES, "d1").await, [
            "aide:s1:aide", "ann:s1:student", "ben:s1:student", "mum:s1:relative", "paula:s2:siteAdministrator",
            "teacher:s1:teacher",
        ]);
    }

    /// In a source of two districts, a person who goes from one to the other takes nothing along, even where a row is refused.
    async fn who_goes_to_another_district_keeps_no_role_in_the_first(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let two = |paula: &str, more: &str| bulk(paula, "guardian", more)
            .row("orgs", "d2,,,Other,district,,st")
            .row("orgs", "s3,,,Third,school,,d2");
        import(&roster, &two("s1", "")).await;
        let lenient = ImportOptions { max_refused: "1".parse().unwrap(), ..ImportOptions::default() };
        let report = import_with(&roster, &two("s3", &row("bad", ",", "s1", "nobody", "")), &lenient).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert!(!active(&database, ROLES, "d1").await.iter().any(|role| role.starts_with("paula")), "{report}");
        assert_eq!(active(&database, ROLES, "d2").await, ["paula:s3:siteAdministrator"]);
    }

    /// With several districts too, a person one of whose orgs nobody knows is refused as a whole, and counted.
    async fn who_has_an_org_of_no_district_keeps_every_role(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let two = || bulk("s1,s4", "guardian", "")
            .row("orgs", "s4,,,Fourth,school,,d1")
            .row("orgs", "d2,,,Other,district,,st");
        import(&roster, &two()).await;
        let held = ["paula:s1:siteAdministrator", "paula:s4:siteAdministrator"];
        let of_paula = async || {
            let mut roles = active(&database, ROLES, "d1").await;
            roles.retain(|role| role.starts_with("paula"));
            roles
        };
        assert_eq!(of_paula().await, held);
        let misspelt = two().change("orgs", "Fourth,school", "Fourth,shool");
        let at_most = |most: &str| ImportOptions { max_refused: most.parse().unwrap(), ..ImportOptions::default() };
        let report = import_with(&roster, &misspelt, &at_most("1")).await;
        assert_eq!(report.outcome, Outcome::Refused, "the org and the person: {report}");
        let report = import_with(&roster, &misspelt, &at_most("2")).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert_eq!(of_paula().await, held, "{report}");
    }

    /// A row that comes twice: who knows which of them is right?
    async fn a_repeated_row_ends_no_role(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &bulk("s1,s2", "guardian", "")).await;
        let lenient = ImportOptions { max_refused: "1".parse().unwrap(), ..ImportOptions::default() };
        let twice = bulk("s1", "guardian", &row("paula", ",", "s2", "administrator", ""));
        let report = import_with(&roster, &twice, &lenient).await;
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        let roles = active(&database, ROLES, "d1").await;
        assert_eq!(roles.iter().filter(|role| role.starts_with("paula")).count(), 2, "{roles:?}");
    }
}
