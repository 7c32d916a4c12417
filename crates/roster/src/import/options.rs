//! What can be asked of an import.

use std::fmt;
use std::str::FromStr;

use homeroom_contract::TenantId;

use crate::oneroster::Limits;

/// How to import.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The one tenant that the source is for; without it the tenants follow from `orgs.csv`.
    pub tenant: Option<TenantId>,
    /// How many refused rows are put up with.
    pub max_refused: RefusedLimit,
    /// Do everything but keep it.
    pub dry_run: bool,
    /// How much of a source is read at most.
    pub limits: Limits,
    /// How often it is tried while others are in the way, the first time included (0 is taken for 1). Default: 3.
    pub attempts: u32,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            tenant: None,
            max_refused: RefusedLimit::default(),
            dry_run: false,
            limits: Limits::default(),
            attempts: 3,
        }
    }
}

/// How many refused rows are put up with. Past it nothing is applied; nor, whatever it is, where a whole file can't be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RefusedLimit {
    /// So many rows, over all files.
    Rows(u64),
    /// So many of a hundred rows, over all files that are kept.
    Percent(f64),
}

impl Default for RefusedLimit {
    /// None.
    fn default() -> Self {
        Self::Rows(0)
    }
}

impl RefusedLimit {
    /// Whether that many refused rows of that many are few enough.
    pub fn allows(self, refused: u64, rows: u64) -> bool {
        match self {
            Self::Rows(most) => refused <= most,
            #[expect(
                clippy::cast_precision_loss,
                reason = "a share of rows need not be exact beyond 2^52 of them"
            )]
            Self::Percent(most) => refused == 0 || refused as f64 * 100.0 <= most * rows as f64,
        }
    }
}

/// Why a text is not a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a limit on refused rows is a number of rows (20) or a share of them (0.5%)")]
pub struct InvalidLimit;

impl FromStr for RefusedLimit {
    type Err = InvalidLimit;

    fn from_str(text: &str) -> Result<Self, InvalidLimit> {
        match text.strip_suffix('%') {
            Some(share) => share
                .parse()
                .ok()
                .filter(|share: &f64| (0.0..=100.0).contains(share))
                .map(Self::Percent)
                .ok_or(InvalidLimit),
            None => text.parse().map(Self::Rows).map_err(|_| InvalidLimit),
        }
    }
}

impl fmt::Display for RefusedLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(most) => write!(f, "{most}"),
            Self::Percent(most) => write!(f, "{most}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_of_rows_or_a_share() {
        assert!(!RefusedLimit::default().allows(1, 1_000_000));
        assert!("2".parse::<RefusedLimit>().unwrap().allows(2, 2));
        assert!(!"2".parse::<RefusedLimit>().unwrap().allows(3, 1_000));
        assert!("0.5%".parse::<RefusedLimit>().unwrap().allows(5, 1_000));
        assert!(!"0.5%".parse::<RefusedLimit>().unwrap().allows(6, 1_000));
        for text in ["", "-1", "5 %", "101%", "-1%", "NaN%", "many"] {
            assert_eq!(text.parse::<RefusedLimit>(), Err(InvalidLimit), "{text}");
        }
    }
}
