//! When one notification is told to one person on one channel: now, at the end of the quiet hours, in a digest, or not at all.
//!
//! An urgent announcement is told within the app at once, whatever anyone has chosen. What is switched off isn't told. What is
//! urgent passes quiet hours and digests. A digest comes when it is due, or when the quiet hours that it would fall into end.

use chrono::NaiveDateTime;

use crate::domain::{Channel, DigestTimes, NotificationType, Preferences, Priority, Telling};

impl Preferences {
    /// When this person is told on that channel what is of that type and priority and comes at that local time: in local time
    /// too. None if it isn't told on that channel; what isn't told within the app doesn't come into the inbox.
    pub fn decide(
        &self,
        kind: NotificationType,
        priority: Priority,
        channel: Channel,
        local: NaiveDateTime,
        digests: &DigestTimes,
    ) -> Option<Telling<NaiveDateTime>> {
        let wanted = self.of(kind, channel);
        let forced = channel == Channel::InApp && kind.reaches_everyone(priority);
        if !wanted.enabled && !forced {
            return None;
        }
        if priority == Priority::Urgent {
            return Some(Telling::Now);
        }
        let end_of_quiet = |local| wanted.quiet_hours.and_then(|quiet| quiet.end_after(local));
        // The one that was due in these very quiet hours is still to come.
        let mut dues = digests.around(wanted.digest, local).map(|due| end_of_quiet(due).unwrap_or(due));
        if let Some(due) = dues.find(|due| *due > local) {
            return Some(Telling::Digest(due));
        }
        Some(end_of_quiet(local).map_or(Telling::Now, Telling::Held))
    }
}
