//! What goes out on one connection.
//!
//! Whoever has a message calls [`Outbox::send`]: with nothing queued it is written into the socket at once, from the
//! caller's task, all given frames gathered in one system call. Only what would block is queued; the connection's
//! task flushes it when the socket is writable. What always holds: one short mutex per connection makes writes whole
//! and ordered, so frames never interleave; nobody ever waits for a slow client.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, IoSlice},
    mem,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    net::TcpStream,
    sync::{Notify, futures::Notified},
    time::timeout,
};

use super::{
    CloseReason, Counters, Sent,
    pressure::{Verdict, Waiting, admit, room_for, share_of_entries},
    vectored::{GATHER, write_whole},
};
use crate::frame::{Class, Framed};

/// The way out to one client, shared by everyone who sends to it. Sending never waits and never fails loudly.
#[derive(Debug)]
pub struct Outbox {
    state: Mutex<State>,
    /// Tells the connection's task that it has to flush or to close.
    wake: Notify,
    /// Tells whoever waits for room.
    room: Notify,
    counters: Arc<Counters>,
    max: usize,
}

#[derive(Debug, Default)]
struct State {
    socket: Option<Arc<TcpStream>>,
    queue: VecDeque<Framed>,
    /// Bytes of the queue's front that are already written.
    written: usize,
    /// Bytes that wait, without `written`.
    queued: usize,
    /// Those of them that may be shed.
    sheddable: usize,
    /// Bytes that went out since the beginning; a client that reads makes it grow.
    progress: u64,
    /// By how much the bound is raised now.
    raised: usize,
    /// Somebody waits until no more than this is left of what can't be shed.
    wanted: Option<usize>,
    ending: Option<CloseReason>,
    /// The layer above has yet to be told that the node stops.
    retiring: bool,
}

/// Why a frame was not queued.
enum Overfull {
    /// It can be had again.
    Refused,
    /// It can't, so the connection has to close.
    Ended,
}

/// What the connection's task has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    Read,
    ReadAndFlush,
    Retire,
    Close(CloseReason),
}

impl State {
    fn waiting(&self) -> Waiting {
        Waiting { queued: self.queued, sheddable: self.sheddable, raised: self.raised }
    }
}

impl Outbox {
    pub(crate) fn new(socket: Arc<TcpStream>, max: usize, counters: Arc<Counters>) -> Self {
        let state = State { socket: Some(socket), ..State::default() };
        Self { state: Mutex::new(state), wake: Notify::new(), room: Notify::new(), counters, max }
    }

    /// Sends whole frames, in order, after everything sent before.
    pub fn send(&self, frames: &[Framed]) -> Sent {
        let mut state = self.lock();
        if state.ending.is_some() {
            return Sent::Closed;
        }
        let (mut shed, given) = (0, frames.len());
        let mut frames = frames;
        if state.queue.is_empty() {
            match self.write(&mut state, frames) {
                Ok(rest) => frames = rest,
                Err(_) => return self.end(&mut state, CloseReason::TransportClose),
            }
            if frames.is_empty() && state.queue.is_empty() {
                return Sent::Written;
            }
            self.wake.notify_one();
        }
        let written = given - frames.len();
        for (queued, frame) in frames.iter().enumerate() {
            match self.push(&mut state, frame) {
                Ok(dropped) => shed += dropped,
                Err(Overfull::Refused) => return Sent::Full(written + queued),
                Err(Overfull::Ended) => return self.end(&mut state, CloseReason::SlowConsumer),
            }
        }
        if shed == 0 { Sent::Queued } else { Sent::Shed(shed) }
    }

    /// Bytes that wait for this client now.
    pub fn queued_bytes(&self) -> usize {
        self.lock().queued
    }

    /// Bytes of entries that would be queued now.
    pub(crate) fn room_now(&self) -> usize {
        share_of_entries(self.max).saturating_sub(self.lock().waiting().kept())
    }

    /// Waits until entries may come again, the first of them of `needed` bytes; false once the connection is closed, or if
    /// nothing at all has gone out within `patience`.
    pub async fn room(&self, needed: usize, patience: Duration) -> bool {
        self.falls_to(room_for(needed, self.max), patience).await
    }

    /// Waits until no more waits than what entries may fill, so that an answer has room; false as [`room`](Self::room) says it.
    pub async fn calm(&self, patience: Duration) -> bool {
        self.falls_to(share_of_entries(self.max), patience).await
    }

    async fn falls_to(&self, enough: usize, patience: Duration) -> bool {
        let mut seen = self.lock().progress;
        loop {
            let mut freed = pin!(self.room.notified());
            freed.as_mut().enable();
            {
                let mut state = self.lock();
                if state.ending.is_some() {
                    return false;
                }
                if state.waiting().kept() <= enough {
                    return true;
                }
                state.wanted = state.wanted.max(Some(enough));
            }
            let waited = timeout(patience, freed).await;
            let progress = self.lock().progress;
            if waited.is_err() && progress == seen {
                return false;
            }
            seen = progress;
        }
    }

    /// Whether nothing more goes out.
    pub fn is_closed(&self) -> bool {
        self.lock().ending.is_some()
    }

    /// Closes the connection; the first reason counts. Frames sent before still go out where that makes sense.
    pub(crate) fn close(&self, reason: CloseReason) {
        let mut state = self.lock();
        if state.ending.is_none() {
            self.end(&mut state, reason);
        }
    }

    /// Has the connection's task tell the layer above that the node stops, once.
    pub(crate) fn retire(&self) {
        self.lock().retiring = true;
        self.wake.notify_one();
    }

    pub(crate) fn woken(&self) -> Notified<'_> {
        self.wake.notified()
    }

    pub(crate) fn duty(&self) -> Duty {
        let state = &mut *self.lock();
        match state.ending {
            Some(reason) => Duty::Close(reason),
            None if mem::take(&mut state.retiring) => Duty::Retire,
            None if state.queue.is_empty() => Duty::Read,
            None => Duty::ReadAndFlush,
        }
    }

    /// Writes what waits, as far as the socket takes it; true once nothing waits.
    pub(crate) fn flush(&self) -> io::Result<bool> {
        let mut state = self.lock();
        self.flush_queue(&mut state)?;
        Ok(state.queue.is_empty())
    }

    /// Lets go of the socket, so that the connection's task is its only owner, and of what waits.
    pub(crate) fn detach(&self) {
        let mut state = self.lock();
        state.socket = None;
        self.counters.bytes_queued.sub(state.queued as u64);
        *state = State { ending: state.ending.or(Some(CloseReason::TransportClose)), ..State::default() };
        self.room.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while it was held can't have left half a frame accounted for: the counts only guard memory.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, state: &mut State, reason: CloseReason) -> Sent {
        state.ending = Some(reason);
        if reason == CloseReason::SlowConsumer {
            self.counters.closed_slow.add(1);
        }
        if !reason.flushes() {
            self.keep_only_a_started_frame(state);
        }
        let close = Framed::close(reason.code());
        state.queued += close.len();
        self.counters.bytes_queued.add(close.len() as u64);
        state.queue.push_back(close);
        self.wake.notify_one();
        self.room.notify_waiters();
        Sent::Closed
    }

    /// Writes `frames` directly. What did not go out of a frame that was begun is queued; the rest is returned.
    fn write<'f>(&self, state: &mut State, frames: &'f [Framed]) -> io::Result<&'f [Framed]> {
        let Some(socket) = &state.socket else { return Ok(frames) };
        let (rest, begun) = write_whole(socket, frames, &self.counters)?;
        let (Some((first, after)), true) = (rest.split_first(), begun > 0) else { return Ok(rest) };
        self.enqueue(state, first.clone());
        state.written = begun;
        state.queued -= begun;
        if state.queued > share_of_entries(self.max) {
            state.raised = state.queued;
        }
        self.counters.bytes_queued.sub(begun as u64);
        Ok(after)
    }

    fn flush_queue(&self, state: &mut State) -> io::Result<()> {
        let state = &mut *state;
        let Some(socket) = &state.socket else { return Ok(()) };
        while !state.queue.is_empty() {
            let mut slices = [IoSlice::new(&[]); GATHER];
            let mut skip = state.written;
            for (slice, frame) in slices.iter_mut().zip(&state.queue) {
                *slice = IoSlice::new(frame.bytes().get(mem::take(&mut skip)..).unwrap_or_default());
            }
            let batch = state.queue.len().min(GATHER);
            let n = match socket.try_write_vectored(slices.get(..batch).unwrap_or_default()) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(n) => n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            self.counters.bytes_out.add(n as u64);
            self.counters.bytes_queued.sub(n as u64);
            state.queued -= n;
            state.written += n;
            state.progress += n as u64;
            while let Some(front) = state.queue.front() {
                if state.written < front.len() {
                    break;
                }
                state.written -= front.len();
                match front.class() {
                    Class::Ephemeral => state.sheddable -= front.len(),
                    Class::Durable | Class::Entry | Class::Control => {}
                }
                self.counters.messages_out.add(u64::from(front.class() != Class::Control));
                state.queue.pop_front();
            }
            let kept = state.waiting().kept();
            if kept <= share_of_entries(self.max) {
                state.raised = 0;
            }
            if state.wanted.is_some_and(|enough| kept <= enough) {
                state.wanted = None;
                self.room.notify_waiters();
            }
        }
        // An idle connection keeps no buffer.
        state.queue = VecDeque::new();
        Ok(())
    }

    fn enqueue(&self, state: &mut State, frame: Framed) {
        state.queued += frame.len();
        self.counters.bytes_queued.add(frame.len() as u64);
        match frame.class() {
            Class::Ephemeral => state.sheddable += frame.len(),
            Class::Durable | Class::Entry | Class::Control => {}
        }
        state.queue.push_back(frame);
    }

    /// Queues one frame by the rule of [`admit`]; says how many were dropped.
    fn push(&self, state: &mut State, frame: &Framed) -> Result<usize, Overfull> {
        let mut dropped = 0;
        loop {
            let verdict = admit(frame.class(), frame.len(), state.waiting(), self.max);
            match verdict {
                Verdict::Queue | Verdict::QueueAndRaise => {
                    if verdict == Verdict::QueueAndRaise {
                        state.raised = frame.len();
                    }
                    self.enqueue(state, frame.clone());
                    return Ok(dropped);
                }
                Verdict::Drop => {
                    self.counters.shed.add(1);
                    return Ok(dropped + 1);
                }
                Verdict::ShedThenRetry => dropped += self.shed(state),
                Verdict::Refuse => return Err(Overfull::Refused),
                Verdict::Close => return Err(Overfull::Ended),
            }
        }
    }

    /// Drops the ephemeral frames that wait, except one that is already half in the socket.
    fn shed(&self, state: &mut State) -> usize {
        let begun = state.written > 0;
        let mut index = 0;
        self.retain(state, |frame| {
            index += 1;
            (begun && index == 1) || frame.class() != Class::Ephemeral
        })
    }

    fn keep_only_a_started_frame(&self, state: &mut State) {
        let begun = state.written > 0;
        let mut index = 0;
        self.retain(state, |_| {
            index += 1;
            begun && index == 1
        });
    }

    /// Keeps some frames; counts and says how many ephemeral ones were dropped.
    fn retain(&self, state: &mut State, mut keep: impl FnMut(&Framed) -> bool) -> usize {
        let mut bytes = 0;
        let mut shed = 0;
        state.queue.retain(|frame| {
            let kept = keep(frame);
            if !kept {
                bytes += frame.len();
                shed += usize::from(frame.class() == Class::Ephemeral);
            }
            kept
        });
        state.queued -= bytes;
        // An ephemeral frame that was begun stays, and can't be shed any more.
        state.sheddable = 0;
        if let Some(front) = state.queue.front_mut()
            && front.class() == Class::Ephemeral
        {
            *front = front.clone().with_class(Class::Durable);
        }
        self.counters.bytes_queued.sub(bytes as u64);
        self.counters.shed.add(shed as u64);
        shed
    }
}
