//! How much there may be of each thing in a live class.

use serde::{Deserialize, Serialize};

/// How much there may be of each thing, in one request or in one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Students who are present at once (1,000); one more is `ROOM_FULL`. `live_class.limits.participants`.
    pub participants: usize,
    /// Characters of a poll's question (500). `live_class.limits.question_chars`.
    pub question_chars: usize,
    /// Options of a poll (10). `live_class.limits.options`.
    pub options: usize,
    /// Characters of one option (200). `live_class.limits.option_chars`.
    pub option_chars: usize,
    /// Seconds that a poll may be open (3,600). `live_class.limits.poll_sec`.
    pub poll_sec: u64,
    /// Characters of a message (1,000). `live_class.limits.message_chars`.
    pub message_chars: usize,
    /// Strokes in one `whiteboard:draw` (100). `live_class.limits.strokes`.
    pub strokes: usize,
    /// Points of one stroke (1,000). `live_class.limits.points`.
    pub points: usize,
    /// Strokes on the whole board (5,000). `live_class.limits.board_strokes`.
    pub board_strokes: usize,
    /// Points on the whole board (50,000: with all strokes 3 MB of a newcomer's data at most). `live_class.limits.board_points`.
    pub board_points: usize,
    /// Characters of a screen's `streamId` (255). `live_class.limits.stream_id_chars`.
    pub stream_id_chars: usize,
    /// Breakouts of a class (50). `live_class.limits.breakouts`.
    pub breakouts: usize,
    /// Students in one breakout (50); one more is `ROOM_FULL`. `live_class.limits.breakout_people`.
    pub breakout_people: usize,
    /// Characters of a breakout's name (100). `live_class.limits.breakout_name_chars`.
    pub breakout_name_chars: usize,
    /// Seconds that breakouts may last, extensions included (14,400: four hours). `live_class.limits.breakout_sec`.
    pub breakout_sec: u64,
    /// Seconds of grace when breakouts are closed (300). `live_class.limits.grace_sec`.
    pub grace_sec: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            participants: 1000,
            question_chars: 500,
            options: 10,
            option_chars: 200,
            poll_sec: 3600,
            message_chars: 1000,
            strokes: 100,
            points: 1000,
            board_strokes: 5000,
            board_points: 50_000,
            stream_id_chars: 255,
            breakouts: 50,
            breakout_people: 50,
            breakout_name_chars: 100,
            breakout_sec: 14_400,
            grace_sec: 300,
        }
    }
}
