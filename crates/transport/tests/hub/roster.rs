//! A roster that the test changes.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use homeroom_contract::{
    Actor, Affected, BoxFuture, Code, Directory, Failure, RosterChange, RosterPosition, Standing, TenantId,
    Timestamp, UserId,
};
use tokio::sync::{Notify, watch};

/// A roster that the test changes.
#[derive(Default)]
pub(crate) struct Roster(Mutex<People>, Door, watch::Sender<bool>);

/// Where questions about somebody wait.
#[derive(Default)]
pub(crate) struct Door {
    /// Somebody has come to it.
    pub(crate) asked: Notify,
    /// Lets one through.
    pub(crate) go: Notify,
}

#[derive(Default)]
struct People {
    standing: BTreeMap<UserId, Standing>,
    changes: Vec<Affected>,
    polls: u64,
    /// Whether nobody can be told of changes.
    hidden: bool,
    /// Whose standing is not told until the test lets it.
    held: Option<UserId>,
}

impl Roster {
    pub(crate) fn set(&self, user: &str, standing: Standing) {
        let user = UserId::new(user).unwrap();
        let mut people = self.0.lock().unwrap();
        people.standing.insert(user.clone(), standing);
        people.changes.push(Affected::People(vec![user]));
    }

    /// The next question about this person waits at the door.
    pub(crate) fn hold(&self, user: &str) -> &Door {
        self.0.lock().unwrap().held = Some(UserId::new(user).unwrap());
        &self.1
    }

    /// From now on no question about anybody is answered.
    pub(crate) fn close(&self) {
        self.2.send_replace(true);
    }

    /// All are answered again, also those that wait.
    pub(crate) fn open(&self) {
        self.2.send_replace(false);
    }

    /// From now on changes can't be asked for, or can again.
    pub(crate) fn hide_changes(&self, hidden: bool) {
        self.0.lock().unwrap().hidden = hidden;
    }

    /// Returns when what has been changed until now has had its effect: the next poll finds it, and there is one after that.
    pub(crate) async fn settled(&self) {
        let until = self.0.lock().unwrap().polls + 2;
        while self.0.lock().unwrap().polls < until {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Something changed for this person.
    pub(crate) fn touch(&self, user: &str) {
        self.0.lock().unwrap().changes.push(Affected::People(vec![UserId::new(user).unwrap()]));
    }

    pub(crate) fn touch_everyone(&self) {
        self.0.lock().unwrap().changes.push(Affected::Everyone);
    }
}

impl Directory for Roster {
    fn standing<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<Standing, Failure>> {
        Box::pin(async move {
            let held = self.0.lock().unwrap().held.take_if(|held| held == actor.subject_id()).is_some();
            if held {
                self.1.asked.notify_one();
                self.1.go.notified().await;
            }
            self.2.subscribe().wait_for(|closed| !closed).await.unwrap();
            let standing = self.0.lock().unwrap().standing.get(actor.subject_id()).copied();
            Ok(standing.unwrap_or(Standing::Active))
        })
    }

    fn sole_tenant(&self) -> BoxFuture<'_, Result<Option<TenantId>, Failure>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn position(&self, now: Timestamp) -> BoxFuture<'_, Result<RosterPosition, Failure>> {
        let version = i64::try_from(self.0.lock().unwrap().changes.len()).unwrap();
        Box::pin(std::future::ready(Ok(RosterPosition { version, at: now })))
    }

    fn changes(
        &self,
        since: RosterPosition,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<(Vec<RosterChange>, RosterPosition), Failure>> {
        let mut people = self.0.lock().unwrap();
        people.polls += 1;
        if people.hidden {
            return Box::pin(std::future::ready(Err(Failure::new(
                Code::Unavailable,
                "The roster can't be read.",
            ))));
        }
        let tenant = TenantId::new("d-1").unwrap();
        let new = people.changes.iter().skip(usize::try_from(since.version).unwrap());
        let changes = new.map(|affected| RosterChange { tenant: tenant.clone(), affected: affected.clone() });
        let version = i64::try_from(people.changes.len()).unwrap();
        Box::pin(std::future::ready(Ok((changes.collect(), RosterPosition { version, at: now }))))
    }
}
