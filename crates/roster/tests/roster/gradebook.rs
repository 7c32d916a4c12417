//! What the gradebook is handed of an import, and that its part stands or falls with the rest.

use std::collections::HashMap;
use std::sync::Mutex;

use homeroom_contract::{BoxFuture, CategoryId, Code, Failure, LineItemId, TenantId, Timestamp};
use homeroom_journal::{Conn, sql};
use homeroom_roster::oneroster::{File, Mode};
use homeroom_roster::{
    GradebookFiles, GradebookRows, GradebookTally, ImportError, ImportOptions, KnownToGradebook, Origin,
    Outcome, Roster, Tally,
};
use homeroom_testkit::TestDatabase;

use crate::district::{Source, dump, import, noon, roster};

/// Keeps what it is given in memory, and one row in a table of its own.
#[derive(Default)]
struct Recorded {
    known: KnownToGradebook,
    given: Mutex<Vec<GradebookRows>>,
    fails: bool,
    /// How many more times somebody is in the way of what it writes.
    busy: Mutex<u32>,
    /// Imported while the other import is comparing.
    meanwhile: Option<(Roster, Source)>,
    /// How many more times that happens.
    overtaken: Mutex<u32>,
}

impl GradebookFiles for Recorded {
    fn known<'a>(
        &'a self,
        _: &'a mut Conn,
        _: &'a TenantId,
    ) -> BoxFuture<'a, Result<KnownToGradebook, Failure>> {
        Box::pin(async {
            if let Some((roster, source)) = &self.meanwhile {
                let more = self.overtaken.lock().unwrap().checked_sub(1);
                if let Some(more) = more {
                    *self.overtaken.lock().unwrap() = more;
                    import(roster, source).await;
                }
            }
            Ok(self.known.clone())
        })
    }

    fn apply<'a>(
        &'a self,
        conn: &'a mut Conn,
        tenant: &'a TenantId,
        _: Timestamp,
        rows: &'a GradebookRows,
    ) -> BoxFuture<'a, Result<GradebookTally, Failure>> {
        Box::pin(async move {
            sql!(conn, |c| sqlx::query("UPDATE roster_tenants SET version = -1 WHERE tenant_id = $1")
                .bind(tenant.as_str())
                .execute(c))?;
            let more = self.busy.lock().unwrap().checked_sub(1);
            if let Some(more) = more {
                *self.busy.lock().unwrap() = more;
                return Err(Failure::new(Code::Busy, "A deadlock."));
            }
            self.given.lock().unwrap().push(rows.clone());
            if self.fails {
                return Err(Failure::invalid("no"));
            }
            let results = Tally { added: 2, ..Tally::default() };
            Ok(GradebookTally { results, ..GradebookTally::default() })
        })
    }
}

homeroom_testkit::on_both_databases! {
    /// The rows come checked: what depends on a refused row isn't among them, what is known to the gradebook may be referred to.
    async fn the_gradebook_gets_what_is_good(test: TestDatabase) {
        let (roster, _) = roster(&test).await;
        let known = KnownToGradebook {
            categories: HashMap::from([(CategoryId::new("made-here").unwrap(), Origin::Gateway)]),
            line_items: HashMap::from([(LineItemId::new("imported-once").unwrap(), Origin::Import)]),
        };
        let gradebook = Recorded { known, ..Recorded::default() };
        let source = Source::district()
            .with_gradebook()
            .row("lineItems", "li3,,,Essay,,2025-09-01,2025-09-08,math,made-here,p1,0,10,s1")
            .row("results", "res3,,,imported-once,ann,fully graded,1,2025-09-09,,,,,,,")
            .change("lineItems", "li1,,,Sheet 1,,2025-09-01", "li1,,,Sheet 1,,yesterday");
        let options = ImportOptions { max_refused: "4".parse().unwrap(), ..ImportOptions::default() };
        let report = roster.import(source.folder().path(), &options, Some(&gradebook), noon()).await.unwrap();
        assert_eq!(report.outcome, Outcome::Applied, "{report}");
        assert_eq!(report.file(File::Results).map(|file| (file.added, file.refused)), Some((2, 2)));
        let given = gradebook.given.lock().unwrap();
        let [rows] = given.as_slice() else { panic!("handed over once") };
        let items: Vec<&str> = rows.line_items.rows.iter().map(|row| row.record.id.as_str()).collect();
        assert_eq!(items, ["li2", "li3"]);
        let results: Vec<&str> = rows.results.rows.iter().map(|row| row.record.id.as_str()).collect();
        assert_eq!(results, ["res2"]);
        assert!(!rows.line_items.absent.is_gone("li1"), "it is there, but refused");
        assert!(rows.line_items.absent.is_gone("something else"));
    }

    /// A file that isn't in the source says nothing.
    async fn an_absent_file_is_absent(test: TestDatabase) {
        let (roster, _) = roster(&test).await;
        let gradebook = Recorded::default();
        let source = Source::district();
        roster.import(source.folder().path(), &ImportOptions::default(), Some(&gradebook), noon()).await.unwrap();
        let given = gradebook.given.lock().unwrap();
        let results = given.first().map(|rows| (rows.results.mode, rows.results.absent.is_gone("res1"))).unwrap();
        assert_eq!(results, (Mode::Absent, false));
    }

    /// What the gradebook writes is in the import's transaction, in a dry run too; and when it fails, nothing was applied.
    async fn all_of_it_or_nothing(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let before = dump(&database).await;
        let source = Source::district().with_gradebook().user("new", "true", "");
        let failing = Recorded { fails: true, ..Recorded::default() };
        let failed = roster.import(source.folder().path(), &ImportOptions::default(), Some(&failing), noon()).await;
        assert!(matches!(failed, Err(ImportError::Gradebook(_))));
        assert_eq!(dump(&database).await, before);
        let dry = ImportOptions { dry_run: true, ..ImportOptions::default() };
        let gradebook = Recorded::default();
        roster.import(source.folder().path(), &dry, Some(&gradebook), noon()).await.unwrap();
        assert_eq!(gradebook.given.lock().unwrap().len(), 1);
        assert_eq!(dump(&database).await, before);
    }

    /// An import that was compared with a roster that another has changed since begins again, and both are there in the end.
    async fn an_import_that_was_overtaken_is_tried_again(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let other = Source::empty().row("orgs", "d2,,,Other,district,,");
        let gradebook = Recorded { meanwhile: Some((roster.clone(), other)), overtaken: Mutex::new(2), ..Recorded::default() };
        let source = Source::district().user("mine", "true", "");
        let report = roster.import(source.folder().path(), &ImportOptions::default(), Some(&gradebook), noon()).await.unwrap();
        assert_eq!(report.outcome, Outcome::Applied);
        assert_eq!(report.file(File::Users).map(|file| file.added), Some(1));
        assert_eq!(gradebook.given.lock().unwrap().len(), 1, "what was overtaken was not handed over");
        let lines = dump(&database).await;
        assert!(lines.iter().any(|line| line.starts_with("person d1 mine")));
        assert!(lines.iter().any(|line| line.starts_with("org d2 d2")), "{lines:?}");
    }

    /// People at work may be in the way as well, with a deadlock or a lock: the whole import begins again, a few times.
    async fn an_import_that_was_in_somebodys_way_is_tried_again(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let source = Source::district().user("mine", "true", "");
        let folder = source.folder();
        let too_busy = Recorded { busy: Mutex::new(3), ..Recorded::default() };
        let late = roster.import(folder.path(), &ImportOptions::default(), Some(&too_busy), noon()).await;
        assert!(matches!(late, Err(ImportError::Gradebook(_))));
        assert_eq!(*too_busy.busy.lock().unwrap(), 0, "it was tried three times");
        assert!(!dump(&database).await.iter().any(|line| line.starts_with("person d1 mine")));
        let busy = Recorded { busy: Mutex::new(2), ..Recorded::default() };
        let report = roster.import(folder.path(), &ImportOptions::default(), Some(&busy), noon()).await.unwrap();
        assert_eq!(report.outcome, Outcome::Applied);
        assert_eq!(report.file(File::Users).map(|file| file.added), Some(1));
    }

    /// One that is overtaken again and again gives up, and nothing of it is applied.
    async fn an_import_that_is_overtaken_each_time_is_not_applied(test: TestDatabase) {
        let (roster, database) = roster(&test).await;
        import(&roster, &Source::district()).await;
        let other = Source::district().user("other", "true", "");
        let gradebook = Recorded { meanwhile: Some((roster.clone(), other)), overtaken: Mutex::new(3), ..Recorded::default() };
        let source = Source::district().user("mine", "true", "");
        let late = roster.import(source.folder().path(), &ImportOptions::default(), Some(&gradebook), noon()).await;
        assert!(matches!(late, Err(ImportError::Overtaken)));
        assert_eq!(*gradebook.overtaken.lock().unwrap(), 0, "it was tried three times");
        let people = dump(&database).await;
        assert!(people.iter().any(|line| line.starts_with("person d1 other")));
        assert!(!people.iter().any(|line| line.starts_with("person d1 mine")));
    }
}
