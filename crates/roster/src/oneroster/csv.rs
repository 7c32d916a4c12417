//! CSV by RFC 4180, one row at a time, strict where a row could be read in two ways and able to go on after a bad one.
//!
//! Unlike most readers it refuses stray quotes instead of guessing, and a quote that is never closed costs the one line that
//! it stands on: reading goes on with the next line. A row is never longer in memory than its limit.

use std::io::{self, BufRead, BufReader, Read};

/// What some programs put in front of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Cuts the input into rows.
#[derive(Debug)]
pub(super) struct Csv<R> {
    input: BufReader<R>,
    /// What was read and not given out yet, from `start`.
    pending: Vec<u8>,
    start: usize,
    /// The physical line that begins at `start`.
    line: u32,
    at_end: bool,
    has_begun: bool,
    max_row_bytes: usize,
    max_cells: usize,
}

/// The cells of one row, unquoted.
#[derive(Debug, Default)]
pub(super) struct Cells {
    text: String,
    ends: Vec<usize>,
    /// The physical line, from 1, that the row begins on.
    pub(super) line: u32,
}

/// Why a row can't be cut into cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Not UTF-8, in that cell.
    Encoding(usize),
    /// A NUL, which PostgreSQL keeps in no text, in that cell.
    Nul(usize),
    /// A quote inside an unquoted cell, text behind a closing quote, or a quote that is never closed, in that cell.
    Quotes(usize),
    /// Longer than allowed.
    TooLong,
    /// More cells than allowed.
    TooManyCells,
}

impl Cells {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell, blank if there is none.
    pub(super) fn get(&self, index: usize) -> &str {
        let start =
            index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.ends.get(index).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }
}

impl<R: Read> Csv<R> {
    pub(super) fn new(input: R, max_row_bytes: usize, max_cells: usize) -> Self {
        Self {
            input: BufReader::with_capacity(64 << 10, input),
            pending: Vec::new(),
            start: 0,
            line: 1,
            at_end: false,
            has_begun: false,
            max_row_bytes,
            max_cells,
        }
    }

    /// Reads the next row; `None` at the end. Empty lines are passed over.
    pub(super) fn next(&mut self, cells: &mut Cells) -> io::Result<Option<Result<(), Fault>>> {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.line_end(0)?;
            if self.pending.starts_with(BYTE_ORDER_MARK) {
                self.start = BYTE_ORDER_MARK.len();
            }
        }
        loop {
            let Some(first) = self.line_end(self.start)? else { return Ok(None) };
            cells.line = self.line;
            let End::At(first) = first else {
                self.skip_long_line()?;
                return Ok(Some(Err(Fault::TooLong)));
            };
            if self.pending.get(self.start..first).is_some_and(|line| matches!(line, b"\n" | b"\r\n" | b"\r"))
            {
                self.consume(first, 1);
                continue;
            }
            return self.row(cells, first).map(Some);
        }
    }

    /// Cuts the row whose first physical line ends there.
    fn row(&mut self, cells: &mut Cells, first: usize) -> io::Result<Result<(), Fault>> {
        let mut bytes = std::mem::take(&mut cells.text).into_bytes();
        bytes.clear();
        cells.ends.clear();
        let mut cutter =
            Cutter { bytes, ends: &mut cells.ends, state: State::Start, max_cells: self.max_cells };
        let (mut from, mut to, mut lines) = (self.start, first, 1);
        let cut = loop {
            if let Some(fault) = self.pending.get(from..to).and_then(|line| cutter.feed(line)) {
                break Err(fault);
            }
            if cutter.state == State::Done {
                break Ok(());
            }
            from = to;
            match self.line_end(from)? {
                Some(End::At(end)) => (to, lines) = (end, lines + 1),
                Some(End::TooFar) => break Err(Fault::Quotes(cutter.ends.len())),
                None => break cutter.finish(),
            }
        };
        let bytes = cutter.bytes;
        let raw = self.pending.get(self.start..to).unwrap_or_default();
        // Checked on the raw row: two halves of a character in neighbouring cells would look right when put together.
        let cut = cut.and_then(|()| match std::str::from_utf8(raw) {
            Ok(_) => match raw.iter().position(|byte| *byte == 0) {
                Some(place) => Err(Fault::Nul(count_cells(raw.get(..place).unwrap_or_default()))),
                None => String::from_utf8(bytes).map_err(|_| Fault::Encoding(0)),
            },
            Err(error) => {
                Err(Fault::Encoding(count_cells(raw.get(..error.valid_up_to()).unwrap_or_default())))
            }
        });
        match cut {
            Ok(text) => {
                cells.text = text;
                self.consume(to, lines);
                Ok(Ok(()))
            }
            Err(fault) => {
                cells.ends.clear();
                self.consume(first, 1);
                Ok(Err(fault))
            }
        }
    }

    /// Where the physical line that begins at `from` ends, its line end included; `None` if there is nothing more.
    fn line_end(&mut self, from: usize) -> io::Result<Option<End>> {
        let mut searched = from;
        loop {
            let rest = self.pending.get(searched..).unwrap_or_default();
            if let Some(place) = rest.iter().position(|byte| *byte == b'\n') {
                return Ok(Some(self.within(searched + place + 1)));
            }
            searched = self.pending.len();
            let room = self.max_row_bytes.saturating_add(1).saturating_sub(searched - self.start);
            if self.at_end || room == 0 {
                return Ok((searched > from).then(|| self.within(searched)));
            }
            let count = (&mut self.input).take(room as u64).read_until(b'\n', &mut self.pending)?;
            self.at_end = count == 0;
        }
    }

    fn within(&self, end: usize) -> End {
        if end - self.start > self.max_row_bytes { End::TooFar } else { End::At(end) }
    }

    fn consume(&mut self, end: usize, lines: u32) {
        self.start = end;
        self.line = self.line.saturating_add(lines);
        if self.start == self.pending.len() {
            self.pending.clear();
            self.start = 0;
        } else if self.start > self.max_row_bytes {
            self.pending.drain(..self.start);
            self.start = 0;
        }
    }

    /// Drops a physical line that is too long, however long.
    fn skip_long_line(&mut self) -> io::Result<()> {
        let rest = self.pending.get(self.start..).unwrap_or_default();
        if let Some(place) = rest.iter().position(|byte| *byte == b'\n') {
            self.consume(self.start + place + 1, 1);
            return Ok(());
        }
        self.pending.clear();
        self.start = 0;
        self.line = self.line.saturating_add(1);
        loop {
            let buffer = self.input.fill_buf()?;
            let (count, found) = match buffer.iter().position(|byte| *byte == b'\n') {
                Some(place) => (place + 1, true),
                None => (buffer.len(), false),
            };
            self.input.consume(count);
            if found || count == 0 {
                return Ok(());
            }
        }
    }
}

enum End {
    At(usize),
    TooFar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the start of a cell.
    Start,
    Plain,
    Quoted,
    /// Behind a quote inside a quoted cell: the closing one, or the first of two.
    Behind,
    /// Behind a closing quote and a carriage return.
    Return,
    Done,
}

/// Cuts one row, fed line by line.
struct Cutter<'a> {
    bytes: Vec<u8>,
    ends: &'a mut Vec<usize>,
    state: State,
    max_cells: usize,
}

impl Cutter<'_> {
    fn feed(&mut self, mut input: &[u8]) -> Option<Fault> {
        while let Some((&byte, rest)) = input.split_first() {
            input = rest;
            self.state = match (self.state, byte) {
                (State::Start, b'"') => State::Quoted,
                (State::Quoted, b'"') => State::Behind,
                (State::Behind, b'"') => {
                    self.bytes.push(b'"');
                    State::Quoted
                }
                (State::Behind, b'\r') => State::Return,
                (State::Start | State::Plain | State::Behind, b',') => {
                    self.ends.push(self.bytes.len());
                    if self.ends.len() >= self.max_cells {
                        return Some(Fault::TooManyCells);
                    }
                    State::Start
                }
                (State::Start | State::Plain | State::Behind | State::Return, b'\n') => {
                    self.end_row();
                    return None;
                }
                (State::Plain, b'"') | (State::Behind | State::Return, _) => {
                    return Some(Fault::Quotes(self.ends.len()));
                }
                (State::Quoted, _) => {
                    self.bytes.push(byte);
                    input = self.take(input, |byte| byte == b'"');
                    State::Quoted
                }
                _ => {
                    self.bytes.push(byte);
                    input = self.take(input, |byte| matches!(byte, b',' | b'"' | b'\n'));
                    State::Plain
                }
            };
        }
        None
    }

    /// Takes everything before the first byte that means something.
    fn take<'i>(&mut self, input: &'i [u8], means: impl Fn(u8) -> bool) -> &'i [u8] {
        let count = input.iter().position(|byte| means(*byte)).unwrap_or(input.len());
        let (taken, rest) = input.split_at(count);
        self.bytes.extend_from_slice(taken);
        rest
    }

    /// The input is over.
    fn finish(&mut self) -> Result<(), Fault> {
        if self.state == State::Quoted {
            return Err(Fault::Quotes(self.ends.len()));
        }
        self.end_row();
        Ok(())
    }

    fn end_row(&mut self) {
        if self.state == State::Plain && self.bytes.last() == Some(&b'\r') {
            self.bytes.pop();
        }
        self.ends.push(self.bytes.len());
        self.state = State::Done;
    }
}

/// How many cells are complete before the end of that part of a row.
fn count_cells(raw: &[u8]) -> usize {
    let mut ends = Vec::new();
    Cutter { bytes: Vec::new(), ends: &mut ends, state: State::Start, max_cells: usize::MAX }.feed(raw);
    ends.len()
}
