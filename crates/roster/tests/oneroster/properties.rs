//! Whatever the bytes are: no panic, and a row is either read or refused.

use homeroom_roster::oneroster::{File, Limits, Report};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::source::{ORGS, Source, read_bytes, valid};

/// Every row that was seen is accounted for, and every refusal points into its file.
fn check(report: &Report, source: &Source) {
    for part in report.files.iter().filter(|part| !part.skipped) {
        let is_header = report.refusals.iter().any(|refusal| refusal.file == part.file && refusal.line == 1);
        assert_eq!(
            part.accepted + part.refused,
            part.rows + u32::from(is_header && part.rows == 0),
            "{part:?}"
        );
        let lines = source.0[&part.file.file_name()].split(|byte| *byte == b'\n').count();
        let refused = report.refusals.iter().filter(|refusal| refusal.file == part.file);
        assert!(refused.clone().all(|refusal| (1..=lines).contains(&(refusal.line as usize))));
        assert_eq!(refused.count(), part.refused as usize);
    }
}

/// Bytes that mean something to a CSV reader, and others.
fn csv_bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => proptest::sample::select(b",,,\"\"\r\n".to_vec()),
        4 => proptest::sample::select(b"aZ09 -:.".to_vec()),
        1 => any::<u8>(),
    ];
    vec(byte, 0..400)
}

proptest! {
    #[test]
    fn arbitrary_bytes_as_a_zip(bytes in vec(any::<u8>(), 0..2000)) {
        let _ = read_bytes(&bytes, Limits::default());
    }

    #[test]
    fn a_damaged_zip(changes in vec((any::<Index>(), any::<u8>()), 1..8), cut in any::<Option<Index>>()) {
        let mut bytes = valid().zip();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = read_bytes(&bytes, Limits::default());
    }

    #[test]
    fn arbitrary_rows(bytes in csv_bytes(), header in any::<bool>(), which in 0..11_usize) {
        let name = File::ALL[which].file_name();
        let source = valid();
        let first = source.0[&name].split(|byte| *byte == b'\n').next().unwrap().to_vec();
        let contents = if header { [first.as_slice(), b"\n", &bytes].concat() } else { bytes };
        let source = source.with(&name, contents);
        let limits = Limits { max_row_bytes: 200, max_cells: 40, ..Limits::default() };
        let (_, report) = read_bytes(&source.zip(), limits).unwrap();
        check(&report, &source);
    }

    #[test]
    fn a_valid_file_with_changed_bytes(which in 0..11_usize, changes in vec((any::<Index>(), any::<u8>()), 1..6)) {
        let name = File::ALL[which].file_name();
        let mut source = valid();
        let contents = source.0.get_mut(&name).unwrap();
        for (place, byte) in changes {
            let place = place.index(contents.len());
            contents[place] = byte;
        }
        check(&source.report(), &source);
    }

    #[test]
    fn any_text_that_is_written_is_read_back(names in vec("[^\\p{Cc}]{1,20}", 1..20)) {
        let mut csv = csv::Writer::from_writer(format!("{ORGS}\n").into_bytes());
        for (number, name) in names.iter().enumerate() {
            csv.write_record([&format!("o{number}"), "", "", name.as_str(), "school", "", ""]).unwrap();
        }
        let (contents, report) = Source::default().with("orgs.csv", csv.into_inner().unwrap()).read();
        let read: Vec<_> = contents.orgs.iter().map(|row| row.record.name.as_str()).collect();
        let expected: Vec<_> = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
        prop_assert_eq!(read, expected);
        prop_assert_eq!(report.refusals.len(), names.iter().filter(|name| name.trim().is_empty()).count());
    }
}
