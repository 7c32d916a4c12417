//! The built-in requests.

use homeroom_contract::{Call, Code, Failure, Room, read_payload};
use homeroom_journal::{Entry, Stream};
use serde_json::value::{RawValue, to_raw_value};

use super::builtin::{
    AuthRefresh, AuthRefreshed, Builtin, ServerTime, ServerTimeIs, SyncSince, Synced, SyncedEvent,
};
use super::{Caller, Dispatcher, Request};
use crate::hub::Member;

impl Dispatcher {
    pub(super) async fn builtin(
        &self,
        builtin: Builtin,
        request: &Request<'_>,
        call: &Call,
        payload: &RawValue,
    ) -> Result<Box<RawValue>, Failure> {
        let answer = match builtin {
            Builtin::SyncSince => to_raw_value(&self.since(request, call, read_payload(payload)?).await?),
            Builtin::ServerTime => {
                let ServerTime {} = read_payload(payload)?;
                to_raw_value(&ServerTimeIs { server_now: self.hub.now() })
            }
            Builtin::AuthRefresh => {
                let AuthRefresh { token } = read_payload(payload)?;
                let Caller::Socket(member) = &request.caller else {
                    return Err(Failure::new(Code::SocketOnly, "A token is for a connection."));
                };
                to_raw_value(&AuthRefreshed { expires_at: self.hub.refresh(member, &token).await? })
            }
        };
        answer.map_err(Failure::internal)
    }

    async fn since(&self, request: &Request<'_>, call: &Call, asked: SyncSince) -> Result<Synced, Failure> {
        let rooms = match asked.room {
            Some(room) => {
                let sure = |member: &Member| member.is_in(&room) && !member.is_in_doubt();
                let own = matches!(&request.caller, Caller::Socket(member) if sure(member));
                if !own && request.namespace.admit(&call.actor, &room).await?.is_none() {
                    return Err(Failure::new(Code::NotInRoom, "You are not in this room."));
                }
                vec![room]
            }
            None => match &request.caller {
                Caller::Socket(member) => self.hub.rooms_of(member).await?,
                Caller::Http(actor) => request.namespace.greet(actor).await?,
            },
        };
        let stream = Stream::new(call.actor.tenant.clone(), call.namespace);
        let limit = u32::try_from(self.hub.config.max_sync_events).unwrap_or(u32::MAX);
        let (entries, truncated) = if rooms.is_empty() {
            (Vec::new(), false)
        } else {
            self.journal.read_rooms(&stream, &rooms, asked.after_seq, limit).await?
        };
        // A position that was never reached is another journal's, such as one from before a backup was put back: to answer that
        // nothing is missing would hide from the client all that is to come until then.
        if entries.is_empty() && asked.after_seq > self.journal.head(&stream).await?.seq {
            return Err(Failure::new(Code::ResyncRequired, "There is no such position yet. Join again."));
        }
        let seq = match entries.last() {
            Some(last) if truncated => last.seq,
            // Asked before what was read, so it can be too low but never beyond what was looked at.
            last => asked.after_seq.max(last.map_or(0, |last| last.seq)),
        };
        let events =
            entries.iter().filter_map(|entry| event(request, entry, &rooms)).collect::<Result<_, _>>()?;
        Ok(Synced { events, truncated, seq })
    }
}

/// The first delivery that concerns one of the rooms, as a socket in them would have got it.
fn event(request: &Request<'_>, entry: &Entry, rooms: &[Room]) -> Option<Result<SyncedEvent, Failure>> {
    let delivery =
        entry.deliveries.iter().find(|delivery| delivery.rooms.iter().any(|room| rooms.contains(room)))?;
    // A name that this version does not declare any more is of no use to a client.
    let event = request.namespace.events().iter().find(|spec| spec.name == delivery.event)?.name;
    let data = RawValue::from_string(entry.payload(delivery)).map_err(Failure::internal);
    Some(data.map(|data| SyncedEvent { seq: entry.seq, event, data }))
}
