//! What an operator can set about gradebooks.

use std::collections::BTreeSet;
use std::time::Duration;

use homeroom_contract::TenantId;
use serde::{Deserialize, Serialize};

use crate::domain::{Limits, SetRules};

/// The settings of all gradebooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How much one request may bring.
    pub limits: Limits,
    /// Whether every `grade:set` must say which version it was made on; off: without `expectedVersion` the last write wins.
    pub require_versions: bool,
    /// The districts that require it even if the others don't.
    pub require_versions_in: BTreeSet<TenantId>,
    /// Whether families see imported results at once, since they come from the system of record.
    pub imported_posted: bool,
    /// How long somebody is shown as typing after the last `gradebook:typing`, in milliseconds.
    pub typing_ms: u64,
    /// How long somebody is shown in a cell after the last `cell:focus`, in milliseconds; clients repeat it.
    pub focus_ms: u64,
    /// How many days after its end a grading period is still told as closed, when it is noticed late. What ended before, as
    /// in an import of past years, is closed without a word.
    pub closing_notice_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            require_versions: false,
            require_versions_in: BTreeSet::new(),
            imported_posted: true,
            typing_ms: 5_000,
            focus_ms: 60_000,
            closing_notice_days: 30,
        }
    }
}

impl Settings {
    /// What that district demands of a set.
    pub(crate) fn rules(&self, tenant: &TenantId) -> SetRules<'_> {
        SetRules {
            limits: &self.limits,
            versions_required: self.require_versions || self.require_versions_in.contains(tenant),
        }
    }

    pub(crate) fn typing(&self) -> Duration {
        Duration::from_millis(self.typing_ms)
    }

    pub(crate) fn focus(&self) -> Duration {
        Duration::from_millis(self.focus_ms)
    }
}
