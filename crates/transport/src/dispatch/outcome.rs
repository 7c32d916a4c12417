//! What becomes of a handler's answer: the ack's data, and for joins, leaves and signals what has to be done besides.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use homeroom_contract::{Answer, BoundNamespace, Code, Failure, Joined, Kind, OnlineUser, Room, RoomKey};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::{Caller, Dispatcher};

/// The ack's `data` of a join.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JoinAck<'a> {
    room_id: Option<&'a Room>,
    online_users: Vec<OnlineUser>,
    initial_data: &'a RawValue,
    seq: u64,
    rooms: &'a [Room],
}

impl Dispatcher {
    pub(super) async fn finish(
        &self,
        caller: &Caller,
        namespace: &Arc<BoundNamespace>,
        answer: Answer,
    ) -> Result<Box<RawValue>, Failure> {
        match (answer, caller) {
            (Answer::Reply(reply), _) => Ok(reply),
            (Answer::Joined(joined), caller) => self.joined(caller, namespace, &joined).await,
            (Answer::Left(rooms), Caller::Socket(member)) => {
                self.hub.leave(member, &rooms).await;
                empty()
            }
            (Answer::Signalled(signalled), Caller::Socket(member)) => {
                self.hub.bear(member, &signalled)?;
                self.hub.signal(member, signalled);
                empty()
            }
            // Not reached: these kinds are not run over HTTP.
            (Answer::Left(_) | Answer::Signalled(_), Caller::Http(_)) => empty(),
        }
    }

    async fn joined(
        &self,
        caller: &Caller,
        namespace: &Arc<BoundNamespace>,
        joined: &Joined<Box<RawValue>>,
    ) -> Result<Box<RawValue>, Failure> {
        let room_id = joined.rooms.first();
        let online_users = match room_id {
            Some(room) => {
                let tenant = caller.actor().tenant.clone();
                self.hub.online(&RoomKey { tenant, namespace: namespace.name(), room: room.clone() }).await
            }
            None => Vec::new(),
        };
        let (initial_data, seq, rooms) = (joined.data.as_ref(), joined.seq, joined.rooms.as_slice());
        to_raw_value(&JoinAck { room_id, online_users, initial_data, seq, rooms }).map_err(Failure::internal)
    }
}

fn empty() -> Result<Box<RawValue>, Failure> {
    RawValue::from_string("{}".to_owned()).map_err(Failure::internal)
}

/// The call took too long. A change may have been made; a question can be asked again.
pub(super) fn overdue(kind: Kind) -> Failure {
    match kind {
        Kind::Command => Failure::new(
            Code::OutcomeUnknown,
            "It took too long, and whether it took effect is not known. Repeat it with the same clientId.",
        ),
        Kind::Query | Kind::Join | Kind::Leave | Kind::Signal => {
            Failure::new(Code::Unavailable, "It took too long.").retry_after(Duration::from_secs(1))
        }
    }
}

/// One line per call, in its span; with the whole chain of causes where the fault is ours.
pub(super) fn log(answer: &Result<Box<RawValue>, Failure>, took: Duration) {
    let duration_ms = took.as_secs_f64() * 1000.0;
    match answer {
        Ok(_) => tracing::debug!(duration_ms, "answered"),
        Err(failure) => {
            let (code, cause) = (failure.code.as_str(), chain(failure));
            match failure.code {
                Code::Internal => tracing::error!(duration_ms, code, cause, "failed"),
                Code::Unavailable | Code::OutcomeUnknown => {
                    tracing::warn!(duration_ms, code, cause, "failed");
                }
                _ => tracing::debug!(duration_ms, code, cause, "refused"),
            }
        }
    }
}

fn chain(failure: &Failure) -> String {
    let mut text = failure.message.clone();
    let mut cause = failure.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
