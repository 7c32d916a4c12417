//! The roster as the rest of Homeroom asks it.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use homeroom_contract::{AcademicSessionId, Actor, ClassId, OrgId, TenantId, Timestamp, UserId};
use homeroom_journal::{Conn, Database};

use crate::rules::{self, ClassStanding, OrgStanding, Places, StudentStanding};
use crate::{ClassFacts, Person, RosterError, SessionFacts, Settings, facts};

/// The roster: answers who may see what. Cheap to clone.
///
/// Every question takes the connection of the caller's transaction, so that a command uses one connection only, and is one
/// round trip to the database.
#[derive(Clone)]
pub struct Roster {
    pub(crate) database: Database,
    pub(crate) settings: Arc<Settings>,
}

impl Roster {
    /// The roster in that database.
    pub fn new(database: Database, settings: Settings) -> Self {
        Self { database, settings: Arc::new(settings) }
    }

    /// The day that it is in a district at that instant.
    pub fn today(&self, tenant: &TenantId, at: Timestamp) -> NaiveDate {
        self.settings.today(tenant, at)
    }

    /// The instant at which that day begins in a district.
    pub fn day_begins(&self, tenant: &TenantId, day: NaiveDate) -> Timestamp {
        self.settings.begins(tenant, day)
    }

    /// What the actor is to a class. `NotFound` for a class that isn't in the actor's tenant; an actor who is nothing to it
    /// gets a standing that allows nothing.
    pub async fn standing_in(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        class: &ClassId,
        at: Timestamp,
    ) -> Result<ClassStanding, RosterError> {
        rules::standing_in(conn, actor, class, self.today(&actor.tenant, at)).await
    }

    /// What the actor is to a student. `NotFound` for somebody who isn't in the actor's tenant.
    pub async fn see_student(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        student: &UserId,
        at: Timestamp,
    ) -> Result<StudentStanding, RosterError> {
        rules::see_student(conn, actor, student, self.today(&actor.tenant, at)).await
    }

    /// What the actor is to an org. `NotFound` for an org that isn't in the actor's tenant.
    pub async fn standing_at(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        org: &OrgId,
        at: Timestamp,
    ) -> Result<OrgStanding, RosterError> {
        rules::standing_at(conn, actor, org, self.today(&actor.tenant, at)).await
    }

    /// Where the actor belongs: what puts somebody into rooms at CONNECT.
    pub async fn places_of(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<Places, RosterError> {
        rules::places_of(conn, actor, self.today(&actor.tenant, at)).await
    }

    /// The guardians of a person, by id.
    pub async fn guardians_of(
        &self,
        conn: &mut Conn,
        tenant: &TenantId,
        child: &UserId,
        at: Timestamp,
    ) -> Result<Vec<UserId>, RosterError> {
        rules::guardians_of(conn, tenant, child, self.today(tenant, at)).await
    }

    /// Those whose guardian a person is, by id.
    pub async fn children_of(
        &self,
        conn: &mut Conn,
        tenant: &TenantId,
        adult: &UserId,
        at: Timestamp,
    ) -> Result<Vec<UserId>, RosterError> {
        rules::children_of(conn, tenant, adult, self.today(tenant, at)).await
    }

    /// A class: title, school, terms. `NotFound` if the tenant has none.
    pub async fn class(
        &self,
        conn: &mut Conn,
        tenant: &TenantId,
        class: &ClassId,
    ) -> Result<ClassFacts, RosterError> {
        facts::class(conn, tenant, class).await
    }

    /// Those who are enrolled in a class as students today, by family name.
    pub async fn students_in(
        &self,
        conn: &mut Conn,
        tenant: &TenantId,
        class: &ClassId,
        at: Timestamp,
    ) -> Result<Vec<Person>, RosterError> {
        facts::students_in(conn, tenant, class, self.today(tenant, at)).await
    }

    /// Whether a person is enrolled in a class as a student today.
    pub async fn is_student_in(
        &self,
        conn: &mut Conn,
        tenant: &TenantId,
        class: &ClassId,
        student: &UserId,
        at: Timestamp,
    ) -> Result<bool, RosterError> {
        facts::is_student_in(conn, tenant, class, student, self.today(tenant, at)).await
    }

    /// An academic session. `NotFound` if the tenant has none.
    pub async fn session(
        &self,
        conn: &mut Conn,
        tenant: &TenantId,
        session: &AcademicSessionId,
    ) -> Result<SessionFacts, RosterError> {
        facts::session(conn, tenant, session).await
    }

    /// An academic session as it is, or as it was when an import found it gone; none if the tenant has never had one. What was
    /// over stays over when it leaves the export.
    pub async fn last_known_session(
        &self,
        conn: &mut Conn,
        tenant: &TenantId,
        session: &AcademicSessionId,
    ) -> Result<Option<SessionFacts>, RosterError> {
        facts::last_known_session(conn, tenant, session).await
    }

    /// An academic session and all that are parts of it, such as a term's grading periods. `NotFound` if the tenant has none.
    pub async fn sessions_within(
        &self,
        conn: &mut Conn,
        tenant: &TenantId,
        session: &AcademicSessionId,
    ) -> Result<Vec<AcademicSessionId>, RosterError> {
        facts::sessions_within(conn, tenant, session).await
    }

    /// The grading periods, of every tenant, that are closed now and have been for at most so many days.
    pub async fn grading_periods_closed(
        &self,
        conn: &mut Conn,
        now: Timestamp,
        days: u32,
    ) -> Result<Vec<(TenantId, SessionFacts)>, RosterError> {
        // Somewhere on earth it is already tomorrow.
        let tomorrow = now.to_utc().date_naive().succ_opt().unwrap_or(NaiveDate::MAX);
        let from = tomorrow.checked_sub_days(Days::new(u64::from(days) + 1)).unwrap_or(NaiveDate::MIN);
        let mut ending = facts::grading_periods_ending(conn, from, tomorrow).await?;
        ending.retain(|(tenant, session)| session.closed(self.today(tenant, now)));
        Ok(ending)
    }

    /// A person's names. `NotFound` if the tenant has no such person.
    pub async fn person(
        &self,
        conn: &mut Conn,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Person, RosterError> {
        facts::person(conn, tenant, user).await
    }
}
