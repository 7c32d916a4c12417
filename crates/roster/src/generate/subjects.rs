//! What is taught.

use super::schools::Level;

/// A subject of a level.
pub(super) struct Subject {
    pub(super) code: &'static str,
    pub(super) title: &'static str,
    pub(super) span: Span,
    /// Which teachers give it: a number for a department, or none for the cohort's own teacher.
    pub(super) department: Option<usize>,
}

/// When in the year a class is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    Year,
    Semester(usize),
}

const fn subject(code: &'static str, title: &'static str, span: Span, department: Option<usize>) -> Subject {
    Subject { code, title, span, department }
}

/// The code of the lesson that attendance is taken in.
pub(super) const HOMEROOM: &str = "HR";
const SECONDARY: &[Subject] = &[
    subject("MATH", "Mathematics", Span::Year, Some(0)),
    subject("ELA", "English Language Arts", Span::Year, Some(1)),
    subject("SCI", "Science", Span::Year, Some(2)),
    subject("SOC", "Social Studies", Span::Year, Some(3)),
    subject("LANG", "World Languages", Span::Year, Some(4)),
    subject("ART", "Ceramics and Drawing", Span::Semester(0), Some(5)),
    subject("CS", "Computer Science", Span::Semester(1), Some(5)),
    subject(HOMEROOM, "Advisory", Span::Year, Some(0)),
];
const ELEMENTARY: &[Subject] = &[
    subject("MATH", "Mathematics", Span::Year, None),
    subject("ELA", "Reading and Writing", Span::Year, None),
    subject("SCI", "Science", Span::Year, None),
    subject("MUS", "Music", Span::Year, Some(0)),
    subject(HOMEROOM, "Homeroom", Span::Year, None),
];

/// The subjects of a level.
pub(super) fn subjects(level: Level) -> &'static [Subject] {
    match level {
        Level::Elementary => ELEMENTARY,
        Level::Middle | Level::High => SECONDARY,
    }
}
