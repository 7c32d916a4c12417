//! A poll: a question to the students of a class, its options, and who gets to know what when.
//!
//! One poll of a class is open at a time. Choices are indices into the options, from 0. A poll takes votes until its time runs
//! out or staff close it. Only closing can publish the counts and reveal what is right, and neither is ever taken back.

use std::collections::BTreeSet;
use std::time::Duration;

use homeroom_contract::{ClassId, Timestamp, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Attendee, ClosePoll, Limits, LiveClassError, PollClosed, PollId, PollPublished, PollResults, PollStarted,
    PollView, StartPoll, Vote, VoteRow, Votes,
};

/// Fewer options are no question.
const FEWEST_OPTIONS: usize = 2;

/// A poll, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own that staff make")]
pub struct Poll {
    /// The poll.
    pub poll_id: PollId,
    /// Its class.
    pub class_id: ClassId,
    /// What is asked.
    pub question: String,
    /// What there is to choose from.
    pub options: Vec<String>,
    /// Whether several may be chosen.
    pub multiple: bool,
    /// Whether nobody gets to know who chose what.
    pub anonymous: bool,
    /// What is right, ascending; empty if nothing is.
    pub correct: Vec<u32>,
    /// Who asked.
    pub started_by: UserId,
    /// Since when it takes votes.
    pub started_at: Timestamp,
    /// From when on it takes none; never without a duration.
    pub ends_at: Option<Timestamp>,
    /// When staff closed it.
    pub closed_at: Option<Timestamp>,
    /// Whether students see the counts.
    pub published: bool,
    /// Whether students see what is right.
    pub revealed: bool,
}

/// What closing a poll came to. Closing it again can publish or reveal later what it didn't at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollClosing {
    /// To tell, unless nothing changed.
    pub closed: Option<PollClosed>,
    /// To tell as well, if students see the counts and something about that is new.
    pub published: Option<PollPublished>,
    /// For whoever closed it.
    pub results: PollResults,
}

impl Poll {
    /// Asks; staff only, and not while another poll (`last`) isn't closed.
    pub fn start(
        class_id: ClassId,
        start: StartPoll,
        by: &Attendee,
        last: Option<&Poll>,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<(Self, PollStarted), LiveClassError> {
        by.require_staff()?;
        if last.is_some_and(|last| last.closed_at.is_none()) {
            return Err(LiveClassError::PollOpen);
        }
        field::text("question", &start.question, limits.question_chars)?;
        field::count("options", start.options.len(), limits.options)?;
        if start.options.len() < FEWEST_OPTIONS {
            return Err(LiveClassError::TooFew { field: "options", least: FEWEST_OPTIONS });
        }
        for (n, option) in start.options.iter().enumerate() {
            let says = field::text("options", option, limits.option_chars);
            says.map_err(|error| LiveClassError::from(error).at(format!("options[{n}]")))?;
        }
        let correct = indices("correct", start.correct.as_deref().unwrap_or_default(), start.options.len())?;
        if let Some(seconds) = start.duration_sec {
            field::within("durationSec", &seconds, &(1..=limits.poll_sec))?;
        }
        let poll = Self {
            poll_id: PollId::generate(at),
            class_id,
            question: start.question,
            options: start.options,
            multiple: start.multiple,
            anonymous: start.anonymous,
            correct,
            started_by: by.user_id.clone(),
            started_at: at,
            ends_at: start.duration_sec.map(|seconds| at.plus(Duration::from_secs(seconds))),
            closed_at: None,
            published: false,
            revealed: false,
        };
        let started = PollStarted::new(&poll);
        Ok((poll, started))
    }

    /// Whether it takes votes at that instant: `LOCKED` once it was closed, `EXPIRED` from when its time ran out.
    pub fn require_open(&self, at: Timestamp) -> Result<(), LiveClassError> {
        if self.closed_at.is_some() {
            return Err(LiveClassError::PollClosed);
        }
        if self.ends_at.is_some_and(|ends_at| at >= ends_at) {
            return Err(LiveClassError::PollExpired);
        }
        Ok(())
    }

    /// These choices in ascending order, if somebody may make them: at least one and only one unless several may be chosen, each
    /// one of the options, none twice.
    pub fn choices(&self, choices: &[u32]) -> Result<Vec<u32>, LiveClassError> {
        if choices.is_empty() {
            return Err(LiveClassError::TooFew { field: "choices", least: 1 });
        }
        let choices = indices("choices", choices, self.options.len())?;
        if !self.multiple && choices.len() > 1 {
            return Err(LiveClassError::OneChoice);
        }
        Ok(choices)
    }

    /// Somebody's vote, if it is one: of a student, while the poll is open. What is kept of it is one row of that student, to be
    /// written only if there is none yet; whoever has one hears [`LiveClassError::AlreadyVoted`], also after the end.
    pub fn vote(&self, voter: &Attendee, choices: &[u32], at: Timestamp) -> Result<Vote, LiveClassError> {
        if !voter.is_student() {
            return Err(LiveClassError::NotAllowed);
        }
        self.require_open(at)?;
        let choices = self.choices(choices)?;
        let user_id = voter.user_id.clone();
        Ok(if self.anonymous {
            Vote { row: VoteRow { user_id, choices: None }, counted: choices }
        } else {
            Vote { row: VoteRow { user_id, choices: Some(choices) }, counted: Vec::new() }
        })
    }

    /// Closes it, shows the counts to students with `publish`, and what is right with `reveal`; staff only.
    pub fn close(
        &mut self,
        close: &ClosePoll,
        by: &Attendee,
        votes: &Votes,
        at: Timestamp,
    ) -> Result<PollClosing, LiveClassError> {
        by.require_staff()?;
        let before = (self.closed_at, self.published, self.revealed);
        self.closed_at = self.closed_at.or(Some(at));
        self.published |= close.publish;
        self.revealed |= close.reveal;
        let changed = before != (self.closed_at, self.published, self.revealed);
        Ok(PollClosing {
            closed: changed.then(|| PollClosed::new(self, by)),
            published: (changed && self.published).then(|| PollPublished::new(self, votes)),
            results: PollResults {
                counts: votes.tally(self).counts,
                total: votes.tally(self).total,
                correct: self.shown_correct(),
                votes: votes.who_voted_what(),
            },
        })
    }

    /// Closes it because the class ends; whoever ends it can still publish and reveal. Nothing to tell if it is closed already.
    pub(crate) fn end(&mut self, by: &Attendee, at: Timestamp) -> Option<PollClosed> {
        if self.closed_at.is_some() {
            return None;
        }
        self.closed_at = Some(at);
        Some(PollClosed::new(self, by))
    }

    /// What is right, if everyone may know.
    pub fn shown_correct(&self) -> Option<Vec<u32>> {
        (self.revealed && !self.correct.is_empty()).then(|| self.correct.clone())
    }

    /// What a newcomer is told: staff what is right, the counts, and who voted what unless it is anonymous; students of the
    /// counts once they are published, and of what is right once it is revealed.
    pub fn view(&self, votes: &Votes, viewer: &Attendee) -> PollView {
        let staff = viewer.sees_all();
        let tally = (staff || self.published).then(|| votes.tally(self));
        let known = staff && !self.correct.is_empty();
        PollView {
            poll_id: self.poll_id.clone(),
            question: self.question.clone(),
            options: self.options.clone(),
            multiple: self.multiple,
            anonymous: self.anonymous,
            started_at: self.started_at,
            ends_at: self.ends_at,
            closed_at: self.closed_at,
            published: self.published,
            voted: votes.has_voted(&viewer.user_id),
            counts: tally.as_ref().map(|tally| tally.counts.clone()),
            total: tally.map(|tally| tally.total),
            correct: if known { Some(self.correct.clone()) } else { self.shown_correct() },
            votes: if staff { votes.who_voted_what() } else { None },
        }
    }
}

/// Indices in ascending order: each below `options`, none twice.
fn indices(field: &'static str, indices: &[u32], options: usize) -> Result<Vec<u32>, LiveClassError> {
    let last = u32::try_from(options.saturating_sub(1)).unwrap_or(u32::MAX);
    let mut sorted = BTreeSet::new();
    for (n, index) in indices.iter().enumerate() {
        let there = field::within(field, index, &(0..=last)).map_err(LiveClassError::from);
        let once = if sorted.insert(*index) { Ok(()) } else { Err(LiveClassError::Twice { field }) };
        there.and(once).map_err(|error| error.at(format!("{field}[{n}]")))?;
    }
    Ok(sorted.into_iter().collect())
}
