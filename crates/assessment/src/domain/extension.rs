//! Extensions: more time for a student, such as one who is entitled to it. An extension never takes time away.

use std::collections::BTreeSet;
use std::time::Duration;

use homeroom_contract::{FieldError, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::{AssessmentError, Limits};

/// What a student has been given beyond the duration. The default is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Extension {
    /// Seconds, all that were added so far.
    pub added_sec: u32,
    /// What the duration is multiplied by; none is 1.
    pub multiplier: Option<f64>,
}

/// One extension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Extra {
    /// So many seconds on top of what there is.
    AddSec(u32),
    /// So many times the duration, in the place of an earlier multiplier: giving the same twice changes nothing.
    Multiplier(f64),
}

/// Whom a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Everyone who may sit the assessment, started or not.
    All,
    /// These.
    Students(Vec<UserId>),
}

impl Extra {
    /// The one that was said, if it was one of the two, and within its bounds for whomever it is.
    pub fn said(
        add_sec: Option<u32>,
        multiplier: Option<f64>,
        limits: &Limits,
    ) -> Result<Self, AssessmentError> {
        let said = match (add_sec, multiplier) {
            (Some(add_sec), None) => Self::AddSec(add_sec),
            (None, Some(multiplier)) => Self::Multiplier(multiplier),
            _ => return Err(AssessmentError::OneOf { fields: ["addSec", "multiplier"] }),
        };
        Ok(said.check(limits).map(|()| said)?)
    }

    fn check(self, limits: &Limits) -> Result<(), FieldError> {
        match self {
            Self::AddSec(add_sec) => field::within("addSec", &add_sec, &(1..=limits.add_sec)),
            Self::Multiplier(multiplier) => {
                field::within("multiplier", &multiplier, &(1.0..=f64::from(limits.multiplier)))
            }
        }
    }
}

impl Whom {
    /// Who was meant, if it was said in one of the two ways and nobody is named twice.
    pub fn said(
        student_ids: Option<Vec<UserId>>,
        all: Option<bool>,
        limits: &Limits,
    ) -> Result<Self, AssessmentError> {
        match (student_ids, all.unwrap_or_default()) {
            (None, true) => Ok(Self::All),
            (Some(students), false) => Self::students(students, limits),
            _ => Err(AssessmentError::OneOf { fields: ["studentIds", "all"] }),
        }
    }

    /// These, or without any list everyone.
    pub fn these_or_all(student_ids: Option<Vec<UserId>>, limits: &Limits) -> Result<Self, AssessmentError> {
        student_ids.map_or(Ok(Self::All), |students| Self::students(students, limits))
    }

    fn students(students: Vec<UserId>, limits: &Limits) -> Result<Self, AssessmentError> {
        field::count("studentIds", students.len(), limits.students)?;
        let mut seen = BTreeSet::new();
        match students.iter().find(|student| !seen.insert(*student)) {
            Some(twice) => Err(AssessmentError::Twice(twice.clone())),
            None => Ok(Self::Students(students)),
        }
    }
}

impl Extension {
    /// What it adds to a duration; whole seconds, rounded.
    pub fn extra(&self, duration_sec: u32) -> Duration {
        let times = self.multiplier.map_or(0.0, |multiplier| multiplier - 1.0);
        let stretched = Duration::try_from_secs_f64((f64::from(duration_sec) * times).round());
        stretched.unwrap_or_default() + Duration::from_secs(u64::from(self.added_sec))
    }

    /// It with that one more. `VALIDATION_ERROR` if it is out of bounds, if all that was added would be too much, and if a higher
    /// multiplier stands.
    pub fn and(self, extra: Extra, limits: &Limits) -> Result<Self, AssessmentError> {
        extra.check(limits)?;
        match extra {
            Extra::AddSec(add_sec) => {
                let added_sec = self.added_sec.saturating_add(add_sec);
                if added_sec > limits.added_sec {
                    return Err(AssessmentError::TooMuchAdded { most_sec: limits.added_sec });
                }
                Ok(Self { added_sec, ..self })
            }
            Extra::Multiplier(multiplier) => match self.multiplier {
                Some(stands) if stands > multiplier => Err(AssessmentError::HigherStands { stands }),
                _ => Ok(Self { multiplier: Some(multiplier), ..self }),
            },
        }
    }
}
