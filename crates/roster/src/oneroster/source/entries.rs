//! How many entries a zip says it has, from its last record alone (`APPNOTE.TXT` 4.3.14 to 4.3.16).

use std::io::{self, Read, Seek, SeekFrom};

const END: &[u8; 4] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const END64: &[u8; 4] = b"PK\x06\x06";
const LOCATOR64: &[u8; 4] = b"PK\x06\x07";
const LOCATOR64_BYTES: usize = 20;
/// The last record may be followed by a comment of so many bytes.
const MAX_COMMENT: usize = u16::MAX as usize;

/// The number of entries, if the end of a zip is found. The file is left at its start.
pub(super) fn count_entries(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    let size = file.seek(SeekFrom::End(0))?;
    let tail_bytes = size.min((LOCATOR64_BYTES + END_BYTES + MAX_COMMENT) as u64);
    file.seek(SeekFrom::Start(size - tail_bytes))?;
    let mut tail = Vec::new();
    file.take(tail_bytes).read_to_end(&mut tail)?;
    let count = match tail.windows(END.len()).rposition(|window| window == END) {
        Some(end) => match at(&tail, end.wrapping_sub(LOCATOR64_BYTES), LOCATOR64.len()) {
            Some(signature) if signature == LOCATOR64 => {
                let place = number(&tail, end - LOCATOR64_BYTES + 8, 8).unwrap_or(u64::MAX);
                Some(count64(file, place)?)
            }
            _ => number(&tail, end + 10, 2),
        },
        None => None,
    };
    file.rewind()?;
    Ok(count)
}

/// The number in the record that large archives have in addition. One that isn't where it should be is as bad as too many.
fn count64(file: &mut (impl Read + Seek), place: u64) -> io::Result<u64> {
    let mut record = Vec::new();
    file.seek(SeekFrom::Start(place.min(i64::MAX as u64)))?;
    file.take(40).read_to_end(&mut record)?;
    let found = at(&record, 0, END64.len()).is_some_and(|signature| signature == END64);
    Ok(if found { number(&record, 32, 8).unwrap_or(u64::MAX) } else { u64::MAX })
}

fn at(bytes: &[u8], start: usize, count: usize) -> Option<&[u8]> {
    bytes.get(start..start.checked_add(count)?)
}

/// A little-endian number.
fn number(bytes: &[u8], start: usize, count: usize) -> Option<u64> {
    Some(at(bytes, start, count)?.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// The end of a large archive: the large record at 3, its locator, the last record with a comment.
    fn large(place: u64) -> Vec<u8> {
        let mut bytes = b"abc".to_vec();
        bytes.extend_from_slice(END64);
        bytes.extend_from_slice(&[0; 28]);
        bytes.extend_from_slice(&5_000_000_u64.to_le_bytes());
        bytes.extend_from_slice(&[0; 16]);
        bytes.extend_from_slice(LOCATOR64);
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&place.to_le_bytes());
        bytes.extend_from_slice(&[1, 0, 0, 0]);
        bytes.extend_from_slice(END);
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&[7, 0, 7, 0]);
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(&[2, 0, b'h', b'i']);
        bytes
    }

    #[test]
    fn the_larger_record_counts_and_one_in_the_wrong_place_is_too_many() {
        assert_eq!(count_entries(&mut Cursor::new(large(3))).unwrap(), Some(5_000_000));
        assert_eq!(count_entries(&mut Cursor::new(large(4))).unwrap(), Some(u64::MAX));
        assert_eq!(count_entries(&mut Cursor::new(large(u64::MAX))).unwrap(), Some(u64::MAX));
    }

    #[test]
    fn the_last_record_is_enough_and_without_one_there_is_no_count() {
        let bytes = large(3);
        let end = bytes.windows(4).rposition(|window| window == END).unwrap();
        assert_eq!(count_entries(&mut Cursor::new(bytes[end..].to_vec())).unwrap(), Some(7));
        assert_eq!(count_entries(&mut Cursor::new(b"PK".to_vec())).unwrap(), None);
    }
}
