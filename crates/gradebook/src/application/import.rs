//! The gradebook's part of a OneRoster import: categories, line items and results.
//!
//! An import replaces and takes away only what came from one. What was made here, or changed here since, stays: what a
//! teacher was told is saved must not vanish overnight. Nobody is told of single results, as of no other part of an import:
//! who joins afterwards sees them.

use homeroom_contract::{BoxFuture, Failure, TenantId, Timestamp};
use homeroom_journal::Conn;
use homeroom_roster::{GradebookFiles, GradebookRows, GradebookTally, KnownToGradebook};

use crate::Settings;
use crate::infrastructure::store::files;

/// Takes over the gradebook's three files of a OneRoster source.
#[derive(Debug, Clone)]
pub struct GradebookImport {
    results_posted: bool,
}

impl GradebookImport {
    /// An import under these settings.
    pub fn new(settings: &Settings) -> Self {
        Self { results_posted: settings.imported_posted }
    }
}

impl GradebookFiles for GradebookImport {
    fn known<'a>(
        &'a self,
        conn: &'a mut Conn,
        tenant: &'a TenantId,
    ) -> BoxFuture<'a, Result<KnownToGradebook, Failure>> {
        Box::pin(async move {
            Ok(KnownToGradebook {
                categories: files::known_categories(conn, tenant).await?,
                line_items: files::known_line_items(conn, tenant).await?,
            })
        })
    }

    fn apply<'a>(
        &'a self,
        conn: &'a mut Conn,
        tenant: &'a TenantId,
        at: Timestamp,
        rows: &'a GradebookRows,
    ) -> BoxFuture<'a, Result<GradebookTally, Failure>> {
        Box::pin(async move {
            let mut categories = files::categories::apply(conn, tenant, &rows.categories).await?;
            let line_items = files::line_items::apply(conn, tenant, &rows.line_items).await?;
            categories.removed = files::categories::remove_unused(conn, tenant, &rows.categories).await?;
            let results = files::results::apply(conn, tenant, at, &rows.results, self.results_posted).await?;
            Ok(GradebookTally { categories, line_items, results })
        })
    }
}
