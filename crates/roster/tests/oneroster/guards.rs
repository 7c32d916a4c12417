//! Sources that mean harm, or look like it: refused as a whole, before a row is read.

use std::fs;
use std::io::{Cursor, Write};
use std::os::unix::fs::symlink;

use homeroom_roster::oneroster::{Limits, Reader, SourceError};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::source::{Source, read_bytes, read_path, valid};

fn code(bytes: &[u8], limits: Limits) -> &'static str {
    read_bytes(bytes, limits).unwrap_err().code()
}

/// A zip with the valid files and one more entry.
fn zip_with(name: &str, contents: &[u8]) -> Vec<u8> {
    valid().with(name, contents).zip()
}

/// Replaces every occurrence of some bytes by as many others.
fn patch(bytes: &mut [u8], from: &[u8], to: &[u8]) -> usize {
    let places: Vec<_> = (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    for place in &places {
        bytes[*place..place + to.len()].copy_from_slice(to);
    }
    places.len()
}

#[test]
fn names_that_climb_out_are_refused() {
    for name in [
        "../users.csv",
        "/users.csv",
        "a/../../users.csv",
        "C:\\users.csv",
        "..\\users.csv",
        "\\\\host\\users.csv",
    ] {
        assert_eq!(code(&zip_with(name, b"x"), Limits::default()), "climbs-out", "{name}");
    }
}

#[test]
fn entries_in_folders_are_refused_with_their_name() {
    let error = read_bytes(&zip_with("export/users.csv", b"x"), Limits::default()).unwrap_err();
    assert_eq!(error.code(), "in-folder");
    assert!(error.to_string().contains("export/users.csv"), "{error}");
    assert_eq!(code(&zip_with("export\\users.csv", b"x"), Limits::default()), "in-folder");
}

#[test]
fn what_macos_adds_is_passed_over() {
    assert!(read_bytes(&zip_with("__MACOSX/._users.csv", b"x"), Limits::default()).is_ok());
}

#[test]
fn a_zip_bomb_is_refused_before_it_grows() {
    let bomb = zip_with("results.csv", &vec![b'0'; 8 << 20]);
    assert!(bomb.len() < 64 << 10);
    assert_eq!(code(&bomb, Limits::default()), "zip-bomb");
    assert!(read_bytes(&bomb, Limits { max_ratio: 2000, ..Limits::default() }).is_ok());
}

#[test]
fn a_zip_that_lies_about_a_size_is_refused_when_it_shows() {
    let size = 8_u32 << 20;
    let mut bomb = valid().with("results.csv", vec![b'0'; size as usize]).zip();
    assert!(patch(&mut bomb, &size.to_le_bytes(), &1000_u32.to_le_bytes()) >= 1);
    assert_eq!(code(&bomb, Limits::default()), "broken");
}

#[test]
fn sizes_and_counts_are_bounded() {
    let zip = valid().zip();
    let total: u64 = valid().0.values().map(|contents| contents.len() as u64).sum();
    let largest = valid().0.values().map(|contents| contents.len() as u64).max().unwrap();
    let entries = valid().0.len();
    let at = Limits {
        max_total_bytes: total,
        max_file_bytes: largest,
        max_entries: entries,
        max_rows: 3,
        ..Limits::default()
    };
    assert!(read_bytes(&zip, at).is_ok());
    assert_eq!(code(&zip, Limits { max_total_bytes: total - 1, ..at }), "too-large");
    assert_eq!(code(&zip, Limits { max_file_bytes: largest - 1, ..at }), "too-large");
    assert_eq!(code(&zip, Limits { max_entries: entries - 1, ..at }), "too-many-entries");
    assert_eq!(code(&zip, Limits { max_rows: 2, ..at }), "too-many-rows");
}

#[test]
fn no_more_records_are_held_than_there_is_room_for() {
    let all = |max_records| read_bytes(&valid().zip(), Limits { max_records, ..Limits::default() });
    let fits = (1..1000).find(|records| all(*records).is_ok()).unwrap();
    assert_eq!(all(fits - 1).unwrap_err().code(), "too-many-records");
    // An entry of a list takes room too: with ten more guardians of one person it is too much.
    let agents: Vec<String> = (0..10).map(|number| format!("agent-{number}")).collect();
    let crowded = valid().edit("users.csv", "u3,09", &format!("\"u3,{}\",09", agents.join(",")));
    let limits = Limits { max_records: fits, ..Limits::default() };
    assert_eq!(code(&crowded.zip(), limits), "too-many-records");
    assert!(read_bytes(&crowded.zip(), Limits { max_records: fits + 10, ..limits }).is_ok());
}

#[test]
fn the_same_bounds_hold_for_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    valid().write_folder(folder.path());
    let code = |limits| read_path(folder.path(), limits).unwrap_err().code();
    assert_eq!(code(Limits { max_total_bytes: 100, ..Limits::default() }), "too-large");
    assert_eq!(code(Limits { max_file_bytes: 100, ..Limits::default() }), "too-large");
    assert_eq!(code(Limits { max_entries: 3, ..Limits::default() }), "too-many-entries");
}

#[test]
fn a_zip_that_announces_very_many_entries_is_not_even_looked_into() {
    let mut zip = valid().zip();
    let end = zip.len() - 22;
    zip[end + 8..end + 12].copy_from_slice(&[0xFF; 4]);
    assert_eq!(code(&zip, Limits::default()), "too-many-entries");
}

#[test]
fn links_are_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("users.csv", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    assert_eq!(code(&zip.finish().unwrap().into_inner(), Limits::default()), "link");

    let (outside, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("secret.csv"), "secret").unwrap();
    valid().without("users.csv").write_folder(folder.path());
    symlink(outside.path().join("secret.csv"), folder.path().join("users.csv")).unwrap();
    assert_eq!(read_path(folder.path(), Limits::default()).unwrap_err().code(), "link");
}

#[test]
fn a_link_within_the_folder_is_followed_and_folders_in_it_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    valid().write_folder(folder.path());
    fs::rename(folder.path().join("users.csv"), folder.path().join("people")).unwrap();
    symlink(folder.path().join("people"), folder.path().join("users.csv")).unwrap();
    fs::create_dir(folder.path().join("old")).unwrap();
    assert_eq!(read_path(folder.path(), Limits::default()).unwrap().0.users.len(), 3);
}

#[test]
fn an_encrypted_entry_is_refused() {
    let mut zip = Source::default().with("users.csv", "x").zip();
    // The general purpose flags are 6 bytes into the local header, and 8 into the directory's.
    let directory = (0..zip.len()).find(|at| zip[*at..].starts_with(b"PK\x01\x02")).unwrap();
    zip[6] |= 1;
    zip[directory + 8] |= 1;
    assert_eq!(code(&zip, Limits::default()), "encrypted");
}

#[test]
fn two_entries_of_one_name_are_refused() {
    let mut zip = zip_with("userz.csv", b"x");
    assert_eq!(patch(&mut zip, b"userz.csv", b"users.csv"), 2);
    assert_eq!(code(&zip, Limits::default()), "same-name");
}

#[test]
fn what_is_no_source_is_said_to_be_none() {
    assert_eq!(code(b"hello", Limits::default()), "not-a-zip");
    assert_eq!(code(b"", Limits::default()), "not-a-zip");
    assert_eq!(code(&Source::default().zip(), Limits::default()), "empty");
    assert_eq!(code(&Source::default().with("readme.txt", "x").zip(), Limits::default()), "empty");
    let error = Reader::open("/nowhere/at/all.zip".as_ref(), Limits::default()).unwrap_err();
    assert!(matches!(error, SourceError::Open { .. }));
    let whole = valid().zip();
    assert_eq!(code(&whole[..whole.len() - 30], Limits::default()), "not-a-zip");
}

#[test]
fn a_damaged_entry_is_noticed() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("orgs.csv", stored).unwrap();
    zip.write_all(&valid().0["orgs.csv"]).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    assert_eq!(patch(&mut bytes, b"School", b"Schoal"), 1);
    assert_eq!(code(&bytes, Limits::default()), "broken");
}

#[test]
fn too_many_rows_that_can_not_be_cut_end_the_reading_also_where_nothing_is_kept() {
    let lines = "\"a\n".repeat(400);
    let limits = Limits { max_refused: 100, ..Limits::default() };
    for name in ["resources.csv", "results.csv", "orgs.csv"] {
        let header =
            String::from_utf8(valid().0.get(name).cloned().unwrap_or_else(|| b"sourcedId\n".to_vec()))
                .unwrap();
        let source = valid().with(name, format!("{}\n{lines}", header.lines().next().unwrap()));
        assert_eq!(code(&source.zip(), limits), "too-many-refused", "{name}");
    }
}
