//! What one connection still has to have handled, in order.

use std::{collections::VecDeque, sync::Arc};

use serde_json::value::RawValue;

use super::{Incoming, Reason, Socket, SocketIoConfig};
use crate::engine::CloseReason;

/// One thing to handle.
#[derive(Debug)]
pub(crate) enum Job {
    Connect(Arc<Socket>, Option<Box<RawValue>>),
    Event(Arc<Socket>, Incoming),
    Leave(Arc<Socket>, Reason),
    /// The node stops, and this is all that is still handled.
    Retire,
    /// The transport is closed; the last job.
    Over(CloseReason),
}

/// A bounded queue that takes no memory while it is empty.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    jobs: VecDeque<Job>,
    events: usize,
    bytes: usize,
    /// A task is draining it.
    drained: bool,
}

impl Mailbox {
    /// Queues an event, or gives it back if there is no room.
    pub(crate) fn push_event(
        &mut self,
        socket: &Arc<Socket>,
        event: Incoming,
        config: &SocketIoConfig,
    ) -> Result<(), Incoming> {
        let size = event.size();
        let full = self.events >= config.mailbox_events
            || (self.events > 0 && self.bytes.saturating_add(size) > config.mailbox_bytes);
        if full {
            return Err(event);
        }
        self.events += 1;
        self.bytes += size;
        self.jobs.push_back(Job::Event(socket.clone(), event));
        Ok(())
    }

    /// Queues what is bounded by itself.
    pub(crate) fn push(&mut self, job: Job) {
        self.jobs.push_back(job);
    }

    /// Jobs that are no events.
    pub(crate) fn others(&self) -> usize {
        self.jobs.len() - self.events
    }

    /// Whether a task has to be started now, because there is something to do and none runs.
    pub(crate) fn wants_task(&mut self) -> bool {
        let wants = !self.drained && !self.jobs.is_empty();
        self.drained |= wants;
        wants
    }

    /// The next job for the draining task, which ends if there is none.
    pub(crate) fn pop(&mut self) -> Option<Job> {
        let job = self.jobs.pop_front();
        match &job {
            Some(Job::Event(_, event)) => {
                self.events -= 1;
                self.bytes -= event.size();
            }
            Some(_) => {}
            None => *self = Self::default(),
        }
        job
    }

    /// The draining task died.
    pub(crate) fn task_lost(&mut self) {
        self.drained = false;
    }
}
