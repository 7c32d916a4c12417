//! The import from beginning to end.
//!
//! Everything is read, checked and compared first. Then one transaction makes sure that no other import has come in between, and
//! writes. So it is short, which matters most with SQLite, where nobody else can write meanwhile.

use std::collections::HashSet;
use std::path::Path;

use homeroom_contract::Timestamp;
use homeroom_journal::{Conn, DatabaseError, Dialect, sql};

use super::affected::{head, lock, record};
use super::districts::{Districts, districts};
use super::plan::DistrictPlan;
use super::source::Source;
use super::split::{refuse_homeless, split};
use super::tenant::District;
use super::{GradebookFiles, ImportError, ImportOptions, ImportReport, Outcome};
use crate::Roster;
use crate::oneroster::{File, SourceError};

impl Roster {
    /// Imports the `OneRoster` zip or folder at that path: all of it in one transaction, or nothing. Without a gradebook its
    /// three files are checked and counted, and nothing of them is kept.
    ///
    /// `Ok` is a report, also if too many rows were refused and nothing was applied: see [`ImportReport::outcome`]. An import that
    /// somebody else was in the way of ([`ImportError::is_overtaken`]) is tried again from the start, [`ImportOptions::attempts`]
    /// times in all.
    pub async fn import(
        &self,
        path: &Path,
        options: &ImportOptions,
        gradebook: Option<&dyn GradebookFiles>,
        at: Timestamp,
    ) -> Result<ImportReport, ImportError> {
        let mut attempt = 1;
        loop {
            match self.try_import(path, options, gradebook, at).await {
                Err(error) if error.is_overtaken() && attempt < options.attempts => {
                    tracing::info!(attempt, %error, "somebody else was in the way: the import begins again");
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    async fn try_import(
        &self,
        path: &Path,
        options: &ImportOptions,
        gradebook: Option<&dyn GradebookFiles>,
        at: Timestamp,
    ) -> Result<ImportReport, ImportError> {
        let (owned, limits) = (path.to_owned(), options.limits);
        let mut source = match tokio::task::spawn_blocking(move || Source::read(&owned, limits)).await? {
            Err(SourceError::TooManyRefused { report, .. }) => {
                return Ok(ImportReport::of(*report, Outcome::Refused, []));
            }
            source => source?,
        };
        let mut conn = self.database.lookup().await?;
        let seen = head(&mut conn).await?;
        let Districts { tenants, hierarchy, foreign } =
            districts(&mut conn, &mut source, options.tenant.as_ref()).await?;
        if foreign || tenants.is_empty() {
            return Ok(source.outcome(Outcome::Refused, tenants));
        }
        let mut contents = std::mem::take(&mut source.contents);
        if tenants.len() > 1 && source.roles_in_users() {
            source.refuse(refuse_homeless(&mut contents, &hierarchy));
        }
        let everybody: HashSet<String> = contents.users.iter().map(|row| row.record.id.to_string()).collect();
        let (parts, refusals) = split(contents, &tenants, &hierarchy);
        source.refuse(refusals);
        let mut parts_checked = Vec::new();
        for (tenant, contents) in parts {
            let mut district = District::open(&mut conn, tenant, contents, &source, gradebook).await?;
            let refusals = district.check(&source, &everybody);
            source.refuse(refusals);
            parts_checked.push(district);
        }
        drop(conn);
        let (refused, rows) = source.refused_of();
        if source.has_unreadable_file() || !options.max_refused.allows(refused, rows) {
            return Ok(source.outcome(Outcome::Refused, tenants));
        }
        let shared = parts_checked.len() > 1;
        let plans: Vec<DistrictPlan<'_>> = parts_checked
            .iter_mut()
            .map(|district| DistrictPlan::new(district, &source, &everybody, shared))
            .collect();

        let mut conn = self.database.begin().await?;
        be_patient(&mut conn).await?;
        lock(&mut conn, seen).await?;
        let mut tallies = Vec::new();
        let mut touched = Vec::new();
        for plan in &plans {
            let people = plan.apply(&mut conn, self.settings.affected_limit).await?;
            touched.push((plan.tenant().clone(), people));
            tallies.extend(plan.tallies());
            if let Some(gradebook) = gradebook {
                tallies.extend(plan.hand_over(&mut conn, gradebook, at).await?);
            }
        }
        record(&mut conn, &touched, at).await?;
        let outcome = if options.dry_run { Outcome::DryRun } else { Outcome::Applied };
        if !options.dry_run {
            conn.commit().await?;
        }
        drop(plans);
        let mut report = source.outcome(outcome, tenants);
        for (file, tally) in tallies {
            report.count(file, tally);
        }
        if gradebook.is_none() {
            report.skip(&[File::Categories, File::LineItems, File::Results]);
        }
        Ok(report)
    }
}

/// A large district's rows are put in order between two statements, which takes longer than a command may be idle. Nobody waits for
/// a client's next word here, so PostgreSQL need not either guard against one that has gone silent for as short a time.
async fn be_patient(conn: &mut Conn) -> Result<(), DatabaseError> {
    if conn.dialect() == Dialect::Postgres {
        let patience = "SET LOCAL idle_in_transaction_session_timeout = '10min'";
        sql!(conn, |c| sqlx::query(patience).execute(c))?;
    }
    Ok(())
}
