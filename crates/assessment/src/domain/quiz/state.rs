//! How a quiz goes on: it is started once, each question is closed once, and after the last one it ends.

use std::collections::BTreeMap;
use std::time::Duration;

use homeroom_contract::Timestamp;

use crate::domain::{
    Answer, AssessmentError, Limits, Mark, QuestionId, Quiz, QuizEnded, QuizLeaderboardChanged,
    QuizQuestionClosed, QuizQuestionOpened, QuizScoreUpdated, QuizWentOn, Round, leaderboard, points_for,
    rank_of,
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
    /// Puts the first question. `LOCKED` if it has been started, or has ended.
    pub fn start(&mut self, at: Timestamp) -> Result<Turn, AssessmentError> {
        self.require_not_over()?;
        if !self.rounds.is_empty() {
            return Err(AssessmentError::QuizStarted);
        }
        Ok(Turn { opened: self.open(at), ..Turn::default() })
    }

    /// Closes the question that is open, before its time if need be, and puts the next one, or ends. `LOCKED` if it wasn't
    /// started or has ended. If it is said from which question (`from`), and another one was put last, that is
    /// `VERSION_CONFLICT`: somebody has let it go on already.
    pub fn next(
        &mut self,
        from: Option<&QuestionId>,
        at: Timestamp,
        limits: &Limits,
    ) -> Result<Turn, AssessmentError> {
        self.require_not_over()?;
        let stands = QuizQuestionOpened::current(self).ok_or(AssessmentError::QuizNotStarted)?;
        if from.is_some_and(|from| *from != stands.question.question_id) {
            let turn = Turn { opened: Some(stands), ..Turn::default() };
            return Err(AssessmentError::StaleQuestion(Box::new(QuizWentOn::from(&turn))));
        }
        let mut turn = self.close(limits).unwrap_or_default();
        turn.opened = self.open(at);
        if turn.opened.is_none() {
            turn.ended = Some(self.over(at, limits));
        }
        Ok(turn)
    }

    /// Ends it, started or not; the question that is open is closed. `LOCKED` if it has ended.
    pub fn end(&mut self, at: Timestamp, limits: &Limits) -> Result<Turn, AssessmentError> {
        self.require_not_over()?;
        let mut turn = self.close(limits).unwrap_or_default();
        turn.ended = Some(self.over(at, limits));
        Ok(turn)
    }

    fn require_not_over(&self) -> Result<(), AssessmentError> {
        if self.ended_at.is_some() { Err(AssessmentError::QuizOver) } else { Ok(()) }
    }

    /// Ends it then, or when the time of its last question was over if that is earlier and nobody has noticed.
    fn over(&mut self, at: Timestamp, limits: &Limits) -> QuizEnded {
        let last = self.rounds.last().filter(|_| self.rounds.len() == self.questions.len());
        self.ended_at = Some(last.map_or(at, |last| last.ends_at.min(at)));
        QuizEnded::new(self, limits)
    }

    /// Closes the question that is open if its time is over, however long ago. The quiz then waits for `quiz:next`, or ends if
    /// that was the last one.
    pub fn settle(&mut self, at: Timestamp, limits: &Limits) -> Option<Turn> {
        let round = self.rounds.last().filter(|round| !round.closed && at >= round.ends_at)?;
        let over_at = round.ends_at;
        let mut turn = self.close(limits)?;
        if self.rounds.len() == self.questions.len() {
            turn.ended = Some(self.over(over_at, limits));
        }
        Some(turn)
    }

    /// When the open question has to be closed, half a second after its end (`assessment.limits.settle_after_ms`): what was
    /// received before the end is to be written by then. None if none is open. It may have passed already.
    pub fn next_moment(&self, limits: &Limits) -> Option<Timestamp> {
        let open = self.rounds.last().filter(|round| !round.closed);
        open.map(|round| round.ends_at.plus(limits.settle_after()))
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
            class_id: self.class_id.clone(),
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
                class_id: closed.class_id.clone(),
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
        let (class_id, session_id) = (self.class_id.clone(), self.session_id.clone());
        let leaderboard = Some(QuizLeaderboardChanged { class_id, session_id, top });
        Some(Turn { closed: Some(closed), scores, leaderboard, ..Turn::default() })
    }
}
