//! How a quiz goes on: it is started once, each question is closed once, and after the last one it ends.

use std::collections::BTreeMap;
use std::time::Duration;

use homeroom_contract::Timestamp;

use crate::domain::{
    Answer, AssessmentError, Limits, Mark, Quiz, QuizEnded, QuizLeaderboardChanged, QuizQuestionClosed,
    QuizQuestionOpened, QuizScoreUpdated, Round, leaderboard, points_for, rank_of,
};

/// What happened when a quiz went on, in the order in which it is told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Turn {
    /// A question was closed.
    pub closed: Option<QuizQuestionClosed>,
    /// What each player has then.
    pub scores: Vec<QuizScoreUpdated>,
    /// Who leads then.
    pub leaderboard: Option<QuizLeaderboardChanged>,
    /// The next question was put.
    pub opened: Option<QuizQuestionOpened>,
    /// There was none any more.
    pub ended: Option<QuizEnded>,
}

impl Quiz {
    /// Puts the first question. `LOCKED` if it has been started.
    pub fn start(&mut self, at: Timestamp) -> Result<Turn, AssessmentError> {
        if !self.rounds.is_empty() || self.ended_at.is_some() {
            return Err(AssessmentError::QuizStarted);
        }
        Ok(Turn { opened: self.open(at), ..Turn::default() })
    }

    /// Closes the question that is open, before its time if need be, and puts the next one, or ends. `LOCKED` if it wasn't
    /// started or has ended.
    pub fn next(&mut self, at: Timestamp, limits: &Limits) -> Result<Turn, AssessmentError> {
        if self.rounds.is_empty() {
            return Err(AssessmentError::QuizNotStarted);
        }
        if self.ended_at.is_some() {
            return Err(AssessmentError::QuizOver);
        }
        let mut turn = self.close(limits).unwrap_or_default();
        turn.opened = self.open(at);
        if turn.opened.is_none() {
            self.ended_at = Some(at);
            turn.ended = Some(QuizEnded::new(self, limits));
        }
        Ok(turn)
    }

    /// Closes the question that is open if its time is over, however long ago. The quiz then waits for `quiz:next`, or ends if
    /// that was the last one.
    pub fn settle(&mut self, at: Timestamp, limits: &Limits) -> Option<Turn> {
        let round = self.rounds.last().filter(|round| !round.closed && at >= round.ends_at)?;
        let over_at = round.ends_at;
        let mut turn = self.close(limits)?;
        if self.rounds.len() == self.questions.len() {
            self.ended_at = Some(over_at);
            turn.ended = Some(QuizEnded::new(self, limits));
        }
        Some(turn)
    }

    /// When the open question has to be closed; none if there is none. It may have passed already.
    pub fn next_moment(&self) -> Option<Timestamp> {
        self.rounds.last().filter(|round| !round.closed).map(|round| round.ends_at)
    }

    fn open(&mut self, at: Timestamp) -> Option<QuizQuestionOpened> {
        self.questions.get(self.rounds.len())?;
        let ends_at = at.plus(Duration::from_secs(u64::from(self.question_sec)));
        self.rounds.push(Round { opened_at: at, ends_at, closed: false, answers: BTreeMap::new() });
        QuizQuestionOpened::current(self)
    }

    /// Closes and scores what is open.
    fn close(&mut self, limits: &Limits) -> Option<Turn> {
        let question = self.questions.get(self.rounds.len().checked_sub(1)?)?;
        let round = self.rounds.last_mut().filter(|round| !round.closed)?;
        round.closed = true;
        let (mut scores, mut right) = (Vec::new(), 0);
        for (user, player) in &mut self.players {
            let given = round.answers.get(user);
            let is_right = given.is_some_and(|given| question.task.mark(&given.answer) == Mark::Right);
            let earned = match given {
                Some(given) if is_right => points_for(question.points, round, given.received_at),
                _ => 0,
            };
            player.score += earned;
            player.streak = if is_right { player.streak + 1 } else { 0 };
            right += u32::from(is_right);
            scores.push((user.clone(), *player, earned));
        }
        let answers = || round.answers.values().map(|given| &given.answer);
        let closed = QuizQuestionClosed {
            session_id: self.session_id.clone(),
            question_id: question.question_id.clone(),
            correct: question.task.right_answer().unwrap_or(Answer::Blank),
            counts: question.task.counts(answers()),
            answered: u32::try_from(round.answers.len()).unwrap_or(u32::MAX),
            right,
        };
        let scores = scores
            .into_iter()
            .map(|(user, player, earned)| QuizScoreUpdated {
                session_id: closed.session_id.clone(),
                question_id: closed.question_id.clone(),
                rank: rank_of(&user, &self.players).unwrap_or_default(),
                user_id: user,
                score: player.score,
                streak: player.streak,
                earned,
            })
            .collect();
        let top = leaderboard(&self.players, limits);
        let leaderboard = Some(QuizLeaderboardChanged { session_id: closed.session_id.clone(), top });
        Some(Turn { closed: Some(closed), scores, leaderboard, ..Turn::default() })
    }
}
