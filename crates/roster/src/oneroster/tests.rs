//! The table of files against the records that are read by it.

use std::fs;
use std::path::Path;

use super::files::{Column, Need};
use super::{File, Limits, Reader, Reason, Report};
use crate::generate::{District, Plan};

fn report(path: &Path) -> Report {
    Reader::open(path, Limits::default()).unwrap().finish().unwrap()
}

/// Writes the file again with one cell of its first row replaced.
fn replace(path: &Path, original: &[u8], column: &Column, value: &str) {
    let mut reader = csv::Reader::from_reader(original);
    let place = reader.headers().unwrap().iter().position(|name| name == column.name).unwrap();
    let mut writer = csv::Writer::from_path(path).unwrap();
    writer.write_record(reader.headers().unwrap()).unwrap();
    for (number, row) in reader.records().enumerate() {
        let row = row.unwrap();
        let cells = row.iter().enumerate();
        writer
            .write_record(cells.map(|(at, cell)| if number == 0 && at == place { value } else { cell }))
            .unwrap();
    }
    writer.flush().unwrap();
}

#[test]
fn a_row_without_a_required_value_is_refused_and_without_any_other_value_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let today = "2026-11-20".parse().unwrap();
    District::generate(&Plan::new(3, today)).write_folder(folder.path()).unwrap();
    for file in File::ALL.iter().copied().filter(|file| file.is_read()) {
        let path = folder.path().join(file.file_name());
        let original = fs::read(&path).unwrap();
        for column in file.columns() {
            replace(&path, &original, column, "");
            let refusals: Vec<_> = report(&path.with_file_name("")).refusals;
            let found: Vec<_> = refusals
                .iter()
                .map(|refusal| (refusal.line, refusal.column.as_deref(), refusal.reason))
                .collect();
            if column.need == Need::Always {
                assert_eq!(found, [(2, Some(column.name), Reason::Blank)], "{file} {}", column.name);
            } else {
                assert_eq!(found, [], "{file} {}", column.name);
            }
        }
        fs::write(&path, original).unwrap();
    }
}

#[test]
fn a_file_without_a_required_column_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let today = "2026-11-20".parse().unwrap();
    District::generate(&Plan::new(3, today)).write_folder(folder.path()).unwrap();
    for file in File::ALL.iter().copied().filter(|file| file.is_read()) {
        let path = folder.path().join(file.file_name());
        let original = fs::read_to_string(&path).unwrap();
        for column in file.columns().iter().filter(|column| column.need == Need::Always) {
            let (header, rows) = original.split_once('\n').unwrap();
            let header: Vec<_> = header
                .trim()
                .split(',')
                .map(|name| if name == column.name { "metadata.x" } else { name })
                .collect();
            fs::write(&path, format!("{}\n{rows}", header.join(","))).unwrap();
            let refusals = report(&path.with_file_name("")).refusals;
            assert_eq!(refusals.len(), 1, "{file} {}: {refusals:?}", column.name);
            assert_eq!((refusals[0].file, refusals[0].line), (file, 1));
            assert_eq!(refusals[0].reason, Reason::MissingColumn, "{file} {}", column.name);
        }
        fs::write(&path, original).unwrap();
    }
}
