//! What a violation leads to: by how bad it is, and by how many there have been lately.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FOR_GOOD;

/// How bad a violation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Written down, and nothing else: it isn't counted.
    Low,
    /// The person is warned.
    Medium,
    /// The person is suspended.
    High,
    /// The person is banned.
    Critical,
}

impl Severity {
    /// As it is stored and sent.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What violations lead to. Times in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Escalation {
    /// How long a violation counts (1 h).
    pub review_window_ms: u64,
    /// From so many violations in the window on (5) somebody is suspended …
    pub suspend_at: u32,
    /// … for so long (1 h).
    pub suspend_ms: u64,
    /// From so many violations in the window on (10) somebody is banned …
    pub ban_at: u32,
    /// … for so long (1 day).
    pub ban_ms: u64,
    /// How long one violation of severity `high` suspends (30 min).
    pub high_suspend_ms: u64,
    /// How long one violation of severity `critical` bans (1 h).
    pub critical_ban_ms: u64,
}

impl Default for Escalation {
    fn default() -> Self {
        Self {
            review_window_ms: 3_600_000,
            suspend_at: 5,
            suspend_ms: 3_600_000,
            ban_at: 10,
            ban_ms: 86_400_000,
            high_suspend_ms: 1_800_000,
            critical_ban_ms: 3_600_000,
        }
    }
}

/// What a violation leads to, from the mildest to the hardest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consequence {
    /// Nothing.
    Nothing,
    /// The person is told.
    Warning,
    /// The person may not be here for so long.
    Suspension(Duration),
    /// The same, and harder.
    Ban(Duration),
}

impl Escalation {
    /// What a violation of that severity leads to if, with it, so many count: the hardest of all that applies.
    pub fn consequence(&self, severity: Severity, violations: u32) -> Consequence {
        let millis = Duration::from_millis;
        let by_severity = match severity {
            Severity::Low => return Consequence::Nothing,
            Severity::Medium => Consequence::Warning,
            Severity::High => Consequence::Suspension(millis(self.high_suspend_ms)),
            Severity::Critical => Consequence::Ban(millis(self.critical_ban_ms)),
        };
        let by_number = match violations {
            many if many >= self.ban_at => Consequence::Ban(millis(self.ban_ms)),
            some if some >= self.suspend_at => Consequence::Suspension(millis(self.suspend_ms)),
            _ => Consequence::Nothing,
        };
        by_severity.max(by_number)
    }

    pub(crate) fn review_window(&self) -> Duration {
        // A window that began before the calendar does would be no window.
        Duration::from_millis(self.review_window_ms).min(FOR_GOOD)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn the_steps_are_those_that_are_documented() {
        let of = |severity, violations| Escalation::default().consequence(severity, violations);
        assert_eq!(of(Severity::Low, 99), Consequence::Nothing);
        assert_eq!(of(Severity::Medium, 4), Consequence::Warning);
        assert_eq!(of(Severity::Medium, 5), Consequence::Suspension(HOUR));
        assert_eq!(of(Severity::Medium, 9), Consequence::Suspension(HOUR));
        assert_eq!(of(Severity::Medium, 10), Consequence::Ban(HOUR * 24));
        assert_eq!(of(Severity::High, 1), Consequence::Suspension(HOUR / 2));
        assert_eq!(of(Severity::High, 5), Consequence::Suspension(HOUR));
        assert_eq!(of(Severity::Critical, 1), Consequence::Ban(HOUR));
        assert_eq!(of(Severity::Critical, 10), Consequence::Ban(HOUR * 24));
    }

    fn severity() -> impl Strategy<Value = Severity> {
        prop_oneof![
            Just(Severity::Low),
            Just(Severity::Medium),
            Just(Severity::High),
            Just(Severity::Critical)
        ]
    }

    proptest! {
        #[test]
        fn more_or_worse_is_never_milder(
            one in severity(), other in severity(), few in 0_u32..40, more in 0_u32..40,
            suspend_at in 1_u32..20, ban_at in 1_u32..40, times in proptest::array::uniform4(1_u64..100_000_000),
        ) {
            let [suspend_ms, ban_ms, high_suspend_ms, critical_ban_ms] = times;
            let escalation = Escalation {
                suspend_at, suspend_ms, ban_at, ban_ms, high_suspend_ms, critical_ban_ms, ..Escalation::default()
            };
            let (mild, bad) = (one.min(other), one.max(other));
            let (few, many) = (few.min(more), few.max(more));
            prop_assert!(escalation.consequence(mild, few) <= escalation.consequence(bad, few));
            prop_assert!(escalation.consequence(mild, few) <= escalation.consequence(mild, many));
        }

        #[test]
        fn a_warning_never_takes_more_than_the_number_that_is_configured(suspend_at in 1_u32..20, count in 0_u32..40) {
            let escalation = Escalation { suspend_at, ban_at: 100, ..Escalation::default() };
            let suspended = matches!(escalation.consequence(Severity::Medium, count), Consequence::Suspension(_));
            prop_assert_eq!(suspended, count >= suspend_at);
        }
    }
}
