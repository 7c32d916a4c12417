//! RFC 4180 and UTF-8, with the line of every row that doesn't follow them.

use homeroom_roster::oneroster::Limits;

use crate::source::{ORGS, assert_refused, read_bytes, valid};

fn orgs(rows: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("{ORGS}\r\n").into_bytes();
    for row in rows {
        bytes.extend_from_slice(row);
    }
    bytes
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_name() {
    let source = valid();
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    bytes.extend_from_slice(&source.0["orgs.csv"]);
    let (contents, report) = source.with("orgs.csv", bytes).read();
    assert_refused(&report, &[]);
    assert_eq!(contents.orgs.len(), 2);
}

#[test]
fn quoted_cells_may_hold_commas_quotes_and_line_ends_and_lines_are_counted_physically() {
    let rows: [&[u8]; 4] = [
        b"d,,,\"The \"\"big\"\" one,\r\nin two lines\",district,,\r\n",
        b"\r\n",
        b"s,,,\"\",school,,d\n",
        b"t,,,No line end,school,,d",
    ];
    let (contents, report) = valid().with("orgs.csv", orgs(&rows)).read();
    assert_refused(&report, &[("orgs.csv", 5, Some("name"), "blank")]);
    assert_eq!(contents.orgs[0].record.name, "The \"big\" one,\r\nin two lines");
    assert_eq!(contents.orgs.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 6]);
}

#[test]
fn a_bad_row_costs_itself_only() {
    let rows: [&[u8]; 9] = [
        b"a,,,Caf\xE9,school,,\n",
        b"b,,,5\" pipe,school,,\n",
        b"c,,,\"closed\" and more,school,,\n",
        b"d,,,\"never closed,school,,\n",
        b"e,,,Fine,school,,\n",
        b"f,,,\"Fine, too\",school,,\n",
        b"g,,,Few\n",
        b"h,,,Many,school,,,,\n",
        b"i,,,Fine,school,,\n",
    ];
    let (contents, report) = valid().with("orgs.csv", orgs(&rows)).read();
    assert_refused(
        &report,
        &[
            ("orgs.csv", 2, Some("name"), "encoding"),
            ("orgs.csv", 3, Some("name"), "quotes"),
            ("orgs.csv", 4, Some("name"), "quotes"),
            ("orgs.csv", 5, Some("name"), "quotes"),
            ("orgs.csv", 8, None, "too-few-cells"),
            ("orgs.csv", 9, None, "too-many-cells"),
        ],
    );
    let read: Vec<_> = contents.orgs.iter().map(|row| (row.line, row.record.id.as_str())).collect();
    assert_eq!(read, [(6, "e"), (7, "f"), (10, "i")]);
}

#[test]
fn halves_of_a_character_in_neighbouring_cells_do_not_make_one() {
    let (contents, report) = valid().with("orgs.csv", orgs(&[b"a,,,\xC3,\xA9,,\n"])).read();
    assert_refused(&report, &[("orgs.csv", 2, Some("name"), "encoding")]);
    assert!(contents.orgs.is_empty());
}

#[test]
fn utf_16_is_refused_by_its_header() {
    let wide: Vec<u8> = ORGS.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let report = valid().with("orgs.csv", [b"\xFF\xFE".as_slice(), &wide].concat()).report();
    assert_refused(&report, &[("orgs.csv", 1, None, "encoding")]);
}

#[test]
fn a_row_longer_than_allowed_is_refused_and_reading_goes_on() {
    let limits = Limits { max_row_bytes: 200, ..Limits::default() };
    let (long, longer) = ("x".repeat(190), "x".repeat(100_000));
    let rows = [
        format!("a,,,{long},school,,\n").into_bytes(),
        format!("b,,,{longer},school,,\n").into_bytes(),
        b"c,,,Fine,school,,\n".to_vec(),
        format!("d,,,{},school,,\n", "x".repeat(181)).into_bytes(),
        format!("e,,,{},school,,\n", "x".repeat(200 - "e,,,,school,,\n".len())).into_bytes(),
    ];
    let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
    let mut source = valid().with("orgs.csv", orgs(&rows));
    source.0.retain(|name, _| name == "orgs.csv");
    let (contents, report) = read_bytes(&source.zip(), limits).unwrap();
    assert_refused(&report, &[("orgs.csv", 2, None, "row-too-long"), ("orgs.csv", 3, None, "row-too-long")]);
    let ids: Vec<_> = contents.orgs.iter().map(|row| row.record.id.as_str()).collect();
    assert_eq!(ids, ["c", "d", "e"]);
}

#[test]
fn a_row_with_more_cells_than_allowed_is_refused() {
    let limits = Limits { max_cells: 30, ..Limits::default() };
    let row = format!("a,,,A,school,,{}\n", ",".repeat(30));
    let (_, report) = read_bytes(&valid().with("orgs.csv", orgs(&[row.as_bytes()])).zip(), limits).unwrap();
    assert_refused(&report, &[("orgs.csv", 2, None, "too-many-cells")]);
}

#[test]
fn a_nul_is_refused_since_not_every_database_could_keep_it() {
    let rows: [&[u8]; 3] = [b"a,,,Nor\0th,school,,\n", b"b,,,\"So\0uth\",school,,\n", b"c,,,Fine,school,,\n"];
    let (contents, report) = valid().with("orgs.csv", orgs(&rows)).read();
    assert_refused(
        &report,
        &[("orgs.csv", 2, Some("name"), "encoding"), ("orgs.csv", 3, Some("name"), "encoding")],
    );
    assert_eq!(contents.orgs.len(), 1);
}
