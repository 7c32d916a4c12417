//! The words that every part of Homeroom shares: who calls ([`Actor`]), what is asked ([`Query`], [`Command`], [`Signal`],
//! [`Join`]), what is answered ([`Committed`], [`Failure`]), what is told to whom ([`DomainEvent`], [`Delivery`], [`Room`]),
//! and how a namespace declares all of it once ([`Routes`], [`Namespace`]).
//!
//! No I/O and no runtime: a domain crate that depends on this pulls in no server.

mod actor;
mod address;
mod answer;
mod call;
mod clock;
mod directory;
mod event;
mod failure;
pub mod field;
#[doc(hidden)]
pub mod ids;
mod limit;
mod namespace;
mod patch;
mod payload;
mod request;
mod room;
mod routes;

pub use actor::{Actor, Role, Service, Subject};
pub use address::client_of;
pub use answer::{Ack, Answer, Committed, Emission, Joined, Lapse, OnlineUser, Signalled, StudentName};
pub use call::{BoxFuture, Call, Detached, Session};
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use directory::{Affected, Directory, RosterChange, RosterPosition, Standing};
pub use event::{Delivery, DomainEvent, Durable, Ephemeral, Event, EventSpec};
pub use failure::{Code, Failure};
pub use field::FieldError;
pub use ids::{
    AcademicSessionId, CategoryId, ClassId, ClientId, EventId, InvalidId, LineItemId, OrgId, TenantId,
    UserId, new_id,
};
pub use limit::Limit;
pub use namespace::{Admission, BoundNamespace, DuplicateRoute, Namespace, bind};
pub use patch::Patch;
pub use payload::read_payload;
pub use request::{Command, Join, Leave, Query, Request, Signal};
pub use room::{InvalidRoom, Room, RoomKey};
pub use routes::{Handler, Kind, RouteSpec, Routes, SchemaFn};
pub use {schemars, serde};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
