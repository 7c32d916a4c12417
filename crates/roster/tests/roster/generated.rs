//! A generated district comes in as it is, and its cast is what it is said to be.

use homeroom_contract::{Actor, Role, TenantId, UserId};
use homeroom_roster::generate::{District, Plan};
use homeroom_roster::{Grading, ImportOptions, Outcome};
use homeroom_testkit::TestDatabase;

use crate::district::{noon, roster};

homeroom_testkit::on_both_databases! {
    /// No row is refused, nothing had to be tolerated, and each of the cast stands to the class as described.
    async fn the_cast_of_a_generated_district_has_its_rights(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        let district = District::generate(&Plan::new(150, noon().to_utc().date_naive()));
        let folder = tempfile::tempdir().unwrap();
        let zip = folder.path().join("district.zip");
        district.write_zip(&zip).unwrap();
        let report = roster.import(&zip, &ImportOptions::default(), None, noon()).await.unwrap();
        assert_eq!((report.outcome, report.refusals.len(), report.warnings.len()), (Outcome::Applied, 0, 0), "{report}");

        let cast = district.cast();
        let tenant = TenantId::new(cast.district.as_str()).unwrap();
        assert_eq!(report.tenants.as_slice(), std::slice::from_ref(&tenant));
        let mut conn = database.lookup().await.unwrap();
        let mut standing = async |user: &UserId| {
            let actor = Actor::person(tenant.clone(), user.clone());
            roster.standing_in(&mut conn, &actor, &cast.class, noon()).await.unwrap()
        };
        let teacher = standing(&cast.teacher).await;
        assert_eq!((teacher.primary, teacher.may_grade(), &teacher.school), (true, Grading::Allowed, &cast.school));
        assert_eq!(standing(&cast.student).await.student.as_ref(), Some(&cast.student));
        assert!(standing(&cast.parent).await.children.contains(&cast.student));
        assert_eq!(standing(&cast.principal).await.admin, Some(Role::SchoolAdmin));
        assert_eq!(standing(&cast.district_administrator).await.admin, Some(Role::DistrictAdmin));
    }
}
