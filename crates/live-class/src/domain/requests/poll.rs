//! `poll:start`, `poll:submit` and `poll:close`.

use std::ops::Not;

use homeroom_contract::{ClassId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Ballot, PollId};

/// Asks the students of a class. Staff only; `LOCKED` while another poll of the class isn't closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartPoll {
    /// The class; over a socket it may be left out if exactly one is joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// What is asked, 1 to 500 characters (`live_class.limits.question_chars`).
    pub question: String,
    /// What there is to choose from: 2 to 10 (`live_class.limits.options`), each of 1 to 200 characters
    /// (`live_class.limits.option_chars`).
    pub options: Vec<String>,
    /// Whether several may be chosen.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub multiple: bool,
    /// Whether nobody, not even staff, gets to know who chose what.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub anonymous: bool,
    /// Indices of the right options, from 0, none twice. Students see them only once they are revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct: Option<Vec<u32>>,
    /// Seconds after which it takes no more votes, 1 to 3,600 (`live_class.limits.poll_sec`); without it, until it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_sec: Option<u64>,
}

/// The poll is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PollOpened {
    /// The poll.
    pub poll_id: PollId,
}

/// Votes. Students only, each once, from whatever device: a second vote is `ALREADY_SUBMITTED`. Once the time has run out it is
/// `EXPIRED`, once the poll was closed `LOCKED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmitVote {
    /// The poll.
    pub poll_id: PollId,
    /// Indices of the chosen options, from 0: at least one, none twice, and only one unless the poll takes several.
    pub choices: Vec<u32>,
}

/// The vote counts. When it came in is told nowhere: beside a live tally that would say whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VoteTaken {
    /// The poll.
    pub poll_id: PollId,
}

/// Closes a poll, if it isn't yet. Staff only. What wasn't published or revealed may be later by closing it again; neither is ever
/// taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClosePoll {
    /// The poll.
    pub poll_id: PollId,
    /// Shows the counts to everyone.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub publish: bool,
    /// Shows everyone what is right.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub reveal: bool,
}

/// The poll is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PollClosedResults {
    /// What was chosen.
    pub results: PollResults,
}

/// What was chosen, for staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PollResults {
    /// How often each option was chosen, in the order of the options.
    pub counts: Vec<u32>,
    /// How many voted; with several choices less than the sum of the counts.
    pub total: u32,
    /// Indices of the right options; only once they were revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct: Option<Vec<u32>>,
    /// Who voted what, by person; absent if the poll is anonymous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes: Option<Vec<Ballot>>,
}

/// A poll as a newcomer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, as on the wire")]
pub struct PollView {
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
    /// Since when it takes votes.
    pub started_at: Timestamp,
    /// From when on it takes none; absent: until it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// When it was closed; absent while it isn't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// Whether the counts are for everyone.
    pub published: bool,
    /// Whether the one who asks has voted.
    pub voted: bool,
    /// How often each option was chosen; for staff, and for everyone once it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Vec<u32>>,
    /// How many have voted; for staff, and for everyone once it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u32>,
    /// Indices of the right options; for staff, and for everyone once they are revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correct: Option<Vec<u32>>,
    /// Who voted what, by person; for staff, and for nobody if the poll is anonymous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes: Option<Vec<Ballot>>,
}
