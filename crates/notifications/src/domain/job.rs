//! A job: telling one notification to everyone that it is for. The sender hears how far it has come.

use homeroom_contract::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{JobAdvanced, JobId, Notification, NotificationId, SentBy};

/// How far the telling of one notification has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// The job.
    pub job_id: JobId,
    /// What is told.
    pub notification_id: NotificationId,
    /// Who hears how far it has come.
    pub sent_by: SentBy,
    /// For how many people it was decided when they are told, or that they aren't. Never more than `total`.
    pub sent: u64,
    /// How many people it is for.
    pub total: u64,
}

impl Job {
    /// A job that begins, with what the sender is told at once: that it is done already, if it is for nobody.
    pub fn begin(notification: &Notification, total: u64, at: Timestamp) -> (Self, Option<JobAdvanced>) {
        let job = Self {
            job_id: JobId::generate(at),
            notification_id: notification.notification_id.clone(),
            sent_by: notification.sent_by.clone(),
            sent: 0,
            total,
        };
        let told = job.is_done().then(|| JobAdvanced::new(&job));
        (job, told)
    }

    /// Whether nobody is left.
    pub fn is_done(&self) -> bool {
        self.sent >= self.total
    }

    /// So many people are done, counted from the beginning: what runs again after a crash says the same again, and is heard once.
    /// The sender is told with each tenth of the whole, and so at most ten times.
    pub fn advance(&mut self, sent: u64) -> Option<JobAdvanced> {
        let before = self.tenths();
        self.sent = self.sent.max(sent.min(self.total));
        (self.tenths() > before).then(|| JobAdvanced::new(self))
    }

    /// Nobody is left, even if fewer were found than when it began: people come and go. The sender is told once that it is done.
    pub fn finish(&mut self) -> Option<JobAdvanced> {
        self.advance(self.total)
    }

    fn tenths(&self) -> u128 {
        (u128::from(self.sent) * 10).checked_div(self.total.into()).unwrap_or(10)
    }
}
