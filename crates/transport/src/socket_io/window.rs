//! How often one connection has asked to be let in. A minute begins with the first CONNECT in it, so that an idle connection
//! keeps two numbers and no list.

use std::time::Duration;

use tokio::time::Instant;

const MINUTE: Duration = Duration::from_mins(1);

/// The CONNECTs of the present minute.
#[derive(Debug, Default)]
pub(crate) struct Window {
    begun: Option<Instant>,
    taken: u32,
}

impl Window {
    /// Takes one of `most`; when there is none left, says how long until there is. What is refused costs nothing.
    pub(crate) fn take(&mut self, most: u32, now: Instant) -> Result<(), Duration> {
        let begun = match self.begun {
            Some(begun) if now.saturating_duration_since(begun) < MINUTE => begun,
            _ => {
                *self = Self { begun: Some(now), taken: 0 };
                now
            }
        };
        if self.taken < most {
            self.taken += 1;
            return Ok(());
        }
        Err((begun + MINUTE).saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_minute_says_when_it_is_over_and_the_next_one_is_empty() {
        let (mut window, start) = (Window::default(), Instant::now());
        let at = |secs| start + Duration::from_secs(secs);
        assert_eq!(window.take(2, at(0)), Ok(()));
        assert_eq!(window.take(2, at(10)), Ok(()));
        assert_eq!(window.take(2, at(20)), Err(Duration::from_secs(40)));
        assert_eq!(window.take(2, at(59)), Err(Duration::from_secs(1)));
        for secs in [60, 61] {
            assert_eq!(window.take(2, at(secs)), Ok(()));
        }
        assert_eq!(window.take(2, at(62)), Err(Duration::from_secs(58)));
        assert_eq!(window.take(0, at(200)), Err(MINUTE), "none at all are none");
    }
}
