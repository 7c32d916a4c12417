//! Counts what people are refused for, per person and minute, on this node. Whoever sends hundreds of bad calls a minute is
//! broken or means harm. People alone are counted: a class behind one address is never punished together.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use homeroom_contract::{Actor, Code, TenantId, Timestamp, UserId};

const WINDOW: Duration = Duration::from_mins(1);

/// Whose they are.
type Person = (TenantId, UserId);

#[derive(Debug)]
pub(super) struct Refusals {
    limit: u32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    windows: HashMap<Person, Window>,
    /// People who went over the limit and about whom nothing has been written yet.
    over: Vec<Person>,
}

#[derive(Debug)]
struct Window {
    since: Timestamp,
    count: u32,
}

impl Refusals {
    pub(super) fn new(limit: u32) -> Self {
        Self { limit, state: Mutex::default() }
    }

    /// Counts a refusal, if it is of the kind that a sound client hardly ever gets.
    pub(super) fn note(&self, actor: &Actor, code: Code, now: Timestamp) {
        let counts = matches!(
            code,
            Code::RateLimitExceeded | Code::ValidationError | Code::UnknownEvent | Code::PayloadTooLarge
        );
        let (true, Some(user)) = (counts, actor.user()) else { return };
        let person = (actor.tenant.clone(), user.clone());
        let mut state = self.lock();
        let window = state.windows.entry(person.clone()).or_insert(Window { since: now, count: 0 });
        if now.since(window.since) >= WINDOW {
            *window = Window { since: now, count: 0 };
        }
        window.count = window.count.saturating_add(1);
        if window.count == self.limit {
            state.over.push(person);
        }
    }

    /// Those about whom something has to be written now.
    pub(super) fn take_over(&self, now: Timestamp) -> Vec<Person> {
        let mut state = self.lock();
        state.windows.retain(|_, window| now.since(window.since) < WINDOW);
        std::mem::take(&mut state.over)
    }

    /// It could not be written: later again.
    pub(super) fn owe(&self, person: Person) {
        let mut state = self.lock();
        if !state.over.contains(&person) {
            state.over.push(person);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Between any two of its changes it is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use homeroom_contract::{Service, Subject};

    use super::*;

    fn person(user: &str) -> Actor {
        Actor::person(TenantId::new("d").unwrap(), UserId::new(user).unwrap())
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(millis)
    }

    #[test]
    fn one_minute_over_the_limit_is_one_violation() {
        let refusals = Refusals::new(3);
        for _ in 0..2 {
            refusals.note(&person("ada"), Code::ValidationError, at(0));
        }
        assert!(refusals.take_over(at(0)).is_empty());
        for _ in 0..50 {
            refusals.note(&person("ada"), Code::RateLimitExceeded, at(59_999));
        }
        assert_eq!(refusals.take_over(at(59_999)).len(), 1);
        for _ in 0..3 {
            refusals.note(&person("ada"), Code::UnknownEvent, at(60_000));
        }
        assert_eq!(refusals.take_over(at(60_000)).len(), 1, "the next minute");
    }

    #[test]
    fn refusals_over_several_minutes_or_of_several_people_do_not_add_up() {
        let refusals = Refusals::new(3);
        for n in 0..10 {
            refusals.note(&person("ada"), Code::ValidationError, at(n * 30_000));
            refusals.note(&person(&format!("u{n}")), Code::ValidationError, at(0));
        }
        assert!(refusals.take_over(at(299_999)).is_empty());
        assert_eq!(refusals.lock().windows.len(), 1, "windows that are over take no room");
    }

    #[test]
    fn what_anyone_may_run_into_is_not_counted_nor_are_services() {
        let refusals = Refusals::new(1);
        let kinds =
            [Code::VersionConflict, Code::Unauthorized, Code::NotFound, Code::Unavailable, Code::Internal];
        for code in kinds {
            refusals.note(&person("ada"), code, at(0));
        }
        let name = UserId::new("importer").unwrap();
        let subject = Subject::Service(Service { name, scopes: std::collections::BTreeSet::new() });
        let service = Actor { tenant: TenantId::new("d").unwrap(), subject };
        refusals.note(&service, Code::RateLimitExceeded, at(0));
        assert!(refusals.take_over(at(0)).is_empty());
    }
}
