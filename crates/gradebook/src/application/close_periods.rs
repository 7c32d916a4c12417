//! Telling a class's staff that a grading period has closed. Edits are refused from that moment on by themselves
//! (`PERIOD_CLOSED`); this only says so, once for each class and end: a period that an import has opened again closes again.

use std::sync::Arc;

use homeroom_contract::{
    Actor, Call, Detached, Failure, Namespace, Service, Subject, TenantId, Timestamp, UserId,
};
use homeroom_roster::{RosterError, SessionFacts};

use super::Gradebook;
use crate::domain::{PeriodClosed, Place};
use crate::infrastructure::store::closings;

impl Gradebook {
    /// Tells of every grading period that has closed by now and wasn't told of; returns for how many classes. To be called
    /// every minute or so. Any node may, several at once too: a row for each class and period decides who tells.
    pub async fn close_periods(&self, now: Timestamp) -> Result<usize, Failure> {
        let days = self.settings.closing_notice_days;
        let ended = {
            let mut conn = self.journal.database().lookup().await?;
            self.roster.grading_periods_closed(&mut conn, now, days).await?
        };
        let mut told = 0;
        for (tenant, period) in ended {
            told += self.close_period(tenant, &period, now).await?;
        }
        Ok(told)
    }

    async fn close_period(
        &self,
        tenant: TenantId,
        period: &SessionFacts,
        now: Timestamp,
    ) -> Result<usize, Failure> {
        let ended = self.roster.day_begins(&tenant, period.end);
        let classes = {
            let mut conn = self.journal.database().lookup().await?;
            closings::untold(&mut conn, &tenant, &period.session, ended).await?
        };
        if classes.is_empty() {
            return Ok(0);
        }
        let call = by_itself(tenant, now)?;
        let tenant = &call.actor.tenant;
        let mut tx = self.journal.begin(&call).await?;
        let mut told = 0;
        for class_id in classes {
            if !closings::tell(&mut tx, tenant, &class_id, &period.session, ended, now).await? {
                continue;
            }
            let school_id = match self.roster.class(&mut tx, tenant, &class_id).await {
                Ok(class) => class.school,
                // A class that is no longer held has nobody to tell.
                Err(RosterError::NotFound(_)) => continue,
                Err(error) => Err(error)?,
            };
            let place = Place { class_id, school_id };
            tx.record(&PeriodClosed { place, academic_session_id: period.session.clone() })?;
            told += 1;
        }
        Ok(tx.commit(told).await?.into_reply())
    }
}

/// A call that nobody made.
fn by_itself(tenant: TenantId, at: Timestamp) -> Result<Call, Failure> {
    let name = UserId::new(Gradebook::NAME).map_err(Failure::internal)?;
    let service = Service { name, scopes: [].into() };
    Ok(Call {
        actor: Actor { tenant, subject: Subject::Service(service) },
        at,
        namespace: Gradebook::NAME,
        command: "period:close",
        client_id: None,
        digest: [0; 32],
        session: Arc::new(Detached),
    })
}
