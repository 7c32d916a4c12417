//! The votes of a poll. One person has one vote, from whatever device, and can't take it back.
//!
//! What is kept of an anonymous poll is who has voted and how often each option was chosen, without a link between the two and
//! without an order or time of arrival. (What everybody chose, everybody chose: no form of keeping it can hide that.) Whoever keeps
//! the request itself beside the voter, be it as a digest, has told it: there are only so many choices to try.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_contract::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Attendee, LiveClassError, Poll};

/// The votes of one poll, as they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Votes {
    /// Who chose what, for staff to see.
    Named {
        /// By person.
        ballots: BTreeMap<UserId, Vec<u32>>,
    },
    /// Who has voted, and what was chosen.
    Anonymous {
        /// Who has voted.
        voters: BTreeSet<UserId>,
        /// How often each option was chosen, in the order of the options.
        counts: Vec<u32>,
    },
}

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// How often each option was chosen, in the order of the options.
    pub counts: Vec<u32>,
    /// How many have voted; with several choices less than the sum of the counts.
    pub total: u32,
}

/// One person's vote, for staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ballot {
    /// Who.
    pub user_id: UserId,
    /// What: indices into the options, from 0, ascending.
    pub choices: Vec<u32>,
}

/// What is kept of one student's vote: written if there is none of that student yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VoteRow {
    /// Who has voted.
    pub user_id: UserId,
    /// What, ascending; never of an anonymous poll.
    pub choices: Option<Vec<u32>>,
}

/// One vote, as it is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The student's row.
    pub row: VoteRow,
    /// The options whose count goes up by one once the row is written; empty if the poll isn't anonymous, as rows say it then.
    pub counted: Vec<u32>,
}

impl Votes {
    /// The votes of a poll that are kept in these rows, in whatever order they come. `counts` are those of an anonymous poll, in
    /// the order of the options; those that are missing are 0.
    pub fn from_rows(poll: &Poll, rows: impl IntoIterator<Item = VoteRow>, mut counts: Vec<u32>) -> Self {
        if poll.anonymous {
            counts.resize(poll.options.len(), 0);
            return Self::Anonymous { voters: rows.into_iter().map(|row| row.user_id).collect(), counts };
        }
        let ballots = rows.into_iter().map(|row| (row.user_id, row.choices.unwrap_or_default()));
        Self::Named { ballots: ballots.collect() }
    }

    /// No votes yet, in the form that suits that poll.
    pub fn none(poll: &Poll) -> Self {
        if poll.anonymous {
            Self::Anonymous { voters: BTreeSet::new(), counts: vec![0; poll.options.len()] }
        } else {
            Self::Named { ballots: BTreeMap::new() }
        }
    }

    /// Takes somebody's vote: while the poll is open, of a student, once. Returns what has been chosen so far, which
    /// staff may see.
    pub fn cast(
        &mut self,
        poll: &Poll,
        voter: &Attendee,
        choices: &[u32],
        at: Timestamp,
    ) -> Result<Tally, LiveClassError> {
        // A device that repeats a vote late hears that it counts, not that it came too late.
        if voter.is_student() && self.has_voted(&voter.user_id) {
            return Err(LiveClassError::AlreadyVoted);
        }
        let Vote { row, counted } = poll.vote(voter, choices, at)?;
        match self {
            Self::Named { ballots } => {
                ballots.insert(row.user_id, row.choices.unwrap_or_default());
            }
            Self::Anonymous { voters, counts } => {
                voters.insert(row.user_id);
                count(counts, &counted);
            }
        }
        Ok(self.tally(poll))
    }

    /// Whether that person has voted.
    pub fn has_voted(&self, user: &UserId) -> bool {
        match self {
            Self::Named { ballots } => ballots.contains_key(user),
            Self::Anonymous { voters, .. } => voters.contains(user),
        }
    }

    /// What has been chosen so far.
    pub fn tally(&self, poll: &Poll) -> Tally {
        let (voters, counts) = match self {
            Self::Named { ballots } => {
                let mut counts = vec![0; poll.options.len()];
                for choices in ballots.values() {
                    count(&mut counts, choices);
                }
                (ballots.len(), counts)
            }
            Self::Anonymous { voters, counts } => (voters.len(), counts.clone()),
        };
        Tally { counts, total: u32::try_from(voters).unwrap_or(u32::MAX) }
    }

    /// Who voted what, by person, for staff; nobody gets to know of an anonymous poll.
    pub fn who_voted_what(&self) -> Option<Vec<Ballot>> {
        let Self::Named { ballots } = self else { return None };
        let ballots = ballots.iter();
        Some(
            ballots
                .map(|(user, choices)| Ballot { user_id: user.clone(), choices: choices.clone() })
                .collect(),
        )
    }
}

fn count(counts: &mut [u32], choices: &[u32]) {
    for choice in choices {
        if let Some(count) = usize::try_from(*choice).ok().and_then(|choice| counts.get_mut(choice)) {
            *count = count.saturating_add(1);
        }
    }
}
