//! The end of a check-in: by somebody, or because its time has come. Who has no record on the session's day by then is absent.

use homeroom_contract::{Timestamp, UserId};

use crate::domain::{AttendanceError, Author, Change, Checkin, RecordView, StudentDay};

/// What closing a check-in did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// In whose name: who closed it, or had opened it if its time had come.
    pub by: UserId,
    /// Who was marked `ABSENT`, in the order in which they were given.
    pub auto_absent: Vec<UserId>,
    /// Their records as they are now, each with the change to be kept, in the same order.
    pub marked: Vec<(RecordView, Change)>,
}

impl Checkin {
    /// Somebody closes it. `days` are those of the class's students on the session's day, which after midnight isn't today's;
    /// others are [`OtherDay`](AttendanceError::OtherDay), and nothing is closed.
    pub fn close<'d>(
        &mut self,
        days: impl IntoIterator<Item = &'d mut StudentDay>,
        author: &Author,
        at: Timestamp,
    ) -> Result<Closing, AttendanceError> {
        if self.closed_at.is_some() {
            return Err(AttendanceError::Closed);
        }
        self.end(days, author.by().clone(), at)
    }

    /// Its time has come: closes it in the name of who opened it, with `days` as for [`close`](Self::close). Nothing unless it
    /// [`is_overdue`](Self::is_overdue): another may have closed it.
    pub fn run_out<'d>(
        &mut self,
        days: impl IntoIterator<Item = &'d mut StudentDay>,
        at: Timestamp,
    ) -> Result<Option<Closing>, AttendanceError> {
        if !self.is_overdue(at) {
            return Ok(None);
        }
        self.end(days, self.opened_by.clone(), at).map(Some)
    }

    fn end<'d>(
        &mut self,
        days: impl IntoIterator<Item = &'d mut StudentDay>,
        by: UserId,
        at: Timestamp,
    ) -> Result<Closing, AttendanceError> {
        let days: Vec<_> = days.into_iter().collect();
        days.iter().try_for_each(|day| day.is_of(&self.class_id, self.date))?;
        self.closed_at = Some(at);
        let missed = days.into_iter().filter_map(|day| {
            let change = day.miss(&by, at)?;
            Some((day.student_id.clone(), (RecordView::after(day, &change), change)))
        });
        let (auto_absent, marked) = missed.unzip();
        Ok(Closing { by, auto_absent, marked })
    }
}
