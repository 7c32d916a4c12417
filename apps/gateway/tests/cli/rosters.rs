//! `roster generate` and `roster import`.

use std::path::Path;

use homeroom_testkit::TestDatabase;

use crate::support::Place;

const REFUSED: i32 = 2;

fn generate(place: &Place, out: &str, seed: &str) -> Vec<u8> {
    let args =
        ["roster", "generate", "--students", "40", "--out", out, "--seed", seed, "--today", "2026-03-02"];
    place.run(&args).printed();
    std::fs::read(place.path().join(out)).unwrap()
}

/// The counts of a report, by file.
fn added(report: &serde_json::Value, file: &str) -> u64 {
    let files = report["files"].as_array().unwrap();
    let file = files.iter().find(|outcome| outcome["file"] == file);
    file.unwrap_or_else(|| panic!("{report}"))["added"].as_u64().unwrap()
}

/// A folder with a district and its school, and a year whose row can't be read.
fn broken(place: &Place) -> &'static str {
    let folder = place.path().join("broken");
    std::fs::create_dir(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "orgs.csv",
        "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nd-1,,,District,district,,\n\
         s-1,,,School,school,,d-1\n",
    );
    write(
        "academicSessions.csv",
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n\
         y-1,,,Year,schoolYear,not a day,2027-06-01,,2027\n",
    );
    "broken"
}

#[test]
fn the_same_seed_makes_the_same_district() {
    let place = Place::bare();
    let first = generate(&place, "a.zip", "7");
    assert_eq!(first, generate(&place, "b.zip", "7"));
    assert_ne!(first, generate(&place, "c.zip", "8"));
    let none = place.run(&["roster", "generate", "--students", "0", "--out", "d.zip"]);
    assert!(none.line(1).contains("at least one student"));
}

homeroom_testkit::on_both_databases! {
    async fn a_dry_run_says_what_would_happen_and_changes_nothing(database: TestDatabase) {
        let place = Place::on(database.url());
        generate(&place, "district.zip", "1");
        let import = |extra: &[&str]| {
            let ended = place.run(&[&["roster", "import", "district.zip", "--json"], extra].concat());
            serde_json::from_str::<serde_json::Value>(ended.printed()).unwrap()
        };
        let dry = import(&["--dry-run"]);
        assert_eq!(dry["outcome"], "dryRun");
        assert!(added(&dry, "users.csv") > 40);
        let first = import(&[]);
        assert_eq!(first["outcome"], "applied");
        assert_eq!(added(&first, "users.csv"), added(&dry, "users.csv"), "the dry run had left nothing behind");
        assert!(added(&first, "results.csv") > 0, "the gradebook takes its files");
        let again = import(&[]);
        assert_eq!((added(&again, "users.csv"), added(&again, "results.csv")), (0, 0));
    }
}

#[test]
fn a_refused_import_ends_with_two_and_a_report() {
    let place = Place::deployment();
    let source = broken(&place);
    let ended = place.run(&["roster", "import", source]);
    assert_eq!(ended.code, REFUSED, "{ended:?}");
    assert!(ended.out.contains("academicSessions.csv") && ended.out.contains("startDate"), "{ended:?}");
    assert_eq!(place.run(&["roster", "import", source, "--dry-run"]).code, REFUSED);
    place.run(&["roster", "import", source, "--max-refused", "1"]).printed();
    place.run(&["roster", "import", source, "--max-refused", "100%"]).printed();
}

#[test]
fn an_import_reads_no_more_than_the_configuration_allows() {
    let place = Place::deployment();
    let source = broken(&place);
    for (key, value, problem) in [
        ("max_entries", "1", "more than 1 entries"),
        ("max_total_bytes", "100", "the source has more than 100 bytes"),
        ("max_file_bytes", "100", "has more than 100 bytes"),
        ("max_records", "1", "more than 1 records"),
        ("max_rows", "1", "has more than 1 rows"),
    ] {
        std::fs::write(place.path().join("small.toml"), format!("[import]\n{key} = {value}\n")).unwrap();
        let ended = place.run(&["--config", "small.toml", "roster", "import", source, "--max-refused", "1"]);
        let line = ended.line(1);
        assert!(line.contains("could not be imported") && line.contains(problem), "{key}: {line}");
    }
    place.run(&["roster", "import", source, "--max-refused", "1"]).printed();
}

#[test]
fn a_source_that_is_not_there_is_one_line() {
    let ended = Place::deployment().run(&["roster", "import", "nothing.zip"]);
    assert!(ended.line(1).starts_with("gateway: nothing.zip could not be imported"), "{ended:?}");
    assert!(!Path::new("nothing.zip").exists());
    assert_eq!(Place::deployment().run(&["roster", "import", "x", "--max-refused", "many"]).code, 64);
}
