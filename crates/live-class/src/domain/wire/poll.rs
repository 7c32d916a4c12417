//! What is told of polls.

use homeroom_contract::{ClassId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Poll, PollId, Tally};

/// A poll has begun. What is right is never in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PollStartedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The poll.
    pub poll_id: PollId,
    /// What is asked.
    pub question: String,
    /// What there is to choose from; choices are indices into it, from 0.
    pub options: Vec<String>,
    /// Whether several may be chosen.
    pub multiple: bool,
    /// Whether nobody gets to know who chose what.
    pub anonymous: bool,
    /// From when on it takes no votes; absent: until staff close it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Who asks.
    pub started_by: UserId,
}

/// What has been chosen, published by staff: for everyone, and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PollResultsWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The poll.
    pub poll_id: PollId,
    /// How often each option was chosen, in the order of the options.
    pub counts: Vec<u32>,
    /// How many have voted.
    pub total: u32,
    /// Indices of the right options; only once they were revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct: Option<Vec<u32>>,
}

/// What has been chosen so far, with every vote: for staff, and not kept. What is right is not in it, as a class may look at their
/// screen. Clients read it as they read published results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LivePollResultsWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The poll.
    pub poll_id: PollId,
    /// How often each option was chosen, in the order of the options.
    pub counts: Vec<u32>,
    /// How many have voted.
    pub total: u32,
}

impl LivePollResultsWsEvent {
    /// What that poll has come to so far.
    pub fn of(poll: &Poll, tally: Tally) -> Self {
        Self {
            class_id: poll.class_id.clone(),
            poll_id: poll.poll_id.clone(),
            counts: tally.counts,
            total: tally.total,
        }
    }
}

/// A poll takes no more votes. It comes again if its counts or what is right are shown later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PollClosedWsEvent {
    /// The class.
    pub class_id: ClassId,
    /// The poll.
    pub poll_id: PollId,
    /// Whether the counts are for everyone; then they come as `poll.results`.
    pub published: bool,
    /// Indices of the right options; only once they were revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct: Option<Vec<u32>>,
}
