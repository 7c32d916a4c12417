//! Scores, ranks and the leaderboard.
//!
//! A right answer earns 500 for each point of its question, and up to 500 more for speed, in proportion to the time that was
//! left: at once it earns 1,000 for each point, in the last instant 500, in between what lies in between, rounded down. A wrong
//! one, or none, earns nothing and ends the streak. A streak is only shown: it earns nothing.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use homeroom_contract::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Limits, Round};

/// What a point of a question earns for being right, and once more for being fast.
const PER_POINT: u64 = 500;

/// What somebody has in a quiz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Player {
    /// All that was earned.
    pub score: u64,
    /// Right answers in a row, up to the question that was closed last.
    pub streak: u32,
}

/// A place on the leaderboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Who.
    pub user_id: UserId,
    /// All that was earned.
    pub score: u64,
    /// 1 for the highest score. Who has the same score has the same rank, and as many are left out after it: 1, 2, 2, 4.
    pub rank: u32,
}

/// What a right answer earns that was received then.
pub fn points_for(points: u32, round: &Round, received_at: Timestamp) -> u64 {
    let all = round.ends_at.since(round.opened_at).as_millis();
    let left = round.ends_at.since(received_at.max(round.opened_at)).as_millis();
    let most = u64::from(points) * PER_POINT;
    let speed = u128::from(most) * left / all.max(1);
    most + u64::try_from(speed).unwrap_or(most)
}

/// The rank of one player; none for who doesn't play.
pub fn rank_of(user: &UserId, players: &BTreeMap<UserId, Player>) -> Option<u32> {
    let score = players.get(user)?.score;
    let higher = players.values().filter(|player| player.score > score).count();
    u32::try_from(higher + 1).ok()
}

/// The first places, 10 of them (`assessment.limits.leaderboard`): no more, even if more share the last rank. The highest score
/// first; those who share a rank by their ids.
pub fn leaderboard(players: &BTreeMap<UserId, Player>, limits: &Limits) -> Vec<Place> {
    let mut order: Vec<_> = players.iter().map(|(user, player)| (Reverse(player.score), user)).collect();
    order.sort_unstable();
    let places = order.into_iter().take(limits.leaderboard);
    places
        .filter_map(|(Reverse(score), user)| {
            Some(Place { user_id: user.clone(), score, rank: rank_of(user, players)? })
        })
        .collect()
}
