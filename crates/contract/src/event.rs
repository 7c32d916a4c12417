//! Events: what the domain says happened ([`DomainEvent`]), and what goes over the wire to whom ([`Event`], [`Delivery`]).

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{Room, SchemaFn};

/// What a client receives: a flat object under a name. The type's name ends in `WsEvent`; its documentation becomes the
/// event's description.
pub trait Event: Serialize + JsonSchema + Send + Sync {
    /// The name on the wire, such as `grade.posted`.
    const NAME: &'static str;
}

/// An event that is in the journal before anyone sees it, and can be read again. On the wire it also carries `eventId`,
/// `seq` and `timestamp`; these three names are not the event's own to use.
pub trait Durable: Event {}

/// An event that is sent at most once, and the first to be dropped under pressure: typing, cursors, presence.
pub trait Ephemeral: Event {}

/// Declares wire events: whether the journal keeps them, and their names.
///
/// ```
/// use homeroom_contract::schemars::JsonSchema;
/// use homeroom_contract::serde::{Deserialize, Serialize};
/// use homeroom_contract::{Event, events};
///
/// /// A bell has rung.
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// # #[serde(crate = "homeroom_contract::serde")]
/// # #[schemars(crate = "homeroom_contract::schemars")]
/// struct BellRungWsEvent {}
///
/// events! {
///     durable BellRungWsEvent = "bell.rung";
/// }
/// assert_eq!(BellRungWsEvent::NAME, "bell.rung");
/// ```
#[macro_export]
macro_rules! events {
    ($($kind:ident $event:ty = $name:literal;)+) => {
        $(
            impl $crate::Event for $event {
                const NAME: &'static str = $name;
            }
            $crate::events! { @$kind $event }
        )+
    };
    (@durable $event:ty) => {
        impl $crate::Durable for $event {}
    };
    (@ephemeral $event:ty) => {
        impl $crate::Ephemeral for $event {}
    };
}

/// Something that happened in a bounded context, in the past tense and without a suffix (`GradePosted`). It is stored as it
/// is, so that other contexts can react to it, together with what it means for each room.
pub trait DomainEvent: Serialize + Send + Sync {
    /// Its name, the same for all times, such as `GradePosted`.
    const KIND: &'static str;

    /// Who sees what of it. A socket that is in rooms of several deliveries gets the first of them only, so the fullest
    /// comes first.
    fn deliveries(&self) -> Vec<Delivery>;
}

/// One wire event for some rooms.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The rooms; a socket in several of them gets it once.
    pub rooms: Vec<Room>,
    /// The wire event's name.
    pub event: &'static str,
    /// Its payload, a JSON object without `eventId`, `seq` and `timestamp`; `Err` is a payload that JSON can't hold.
    pub payload: Result<Box<RawValue>, std::sync::Arc<serde_json::Error>>,
}

impl Delivery {
    /// This event for these rooms.
    pub fn new<E: Durable>(rooms: impl IntoIterator<Item = Room>, event: &E) -> Self {
        Self {
            rooms: rooms.into_iter().collect(),
            event: E::NAME,
            payload: serde_json::value::to_raw_value(event).map_err(std::sync::Arc::new),
        }
    }
}

/// A wire event as the documentation needs it.
#[derive(Debug, Clone, Copy)]
pub struct EventSpec {
    /// The name on the wire.
    pub name: &'static str,
    /// Whether it is in the journal.
    pub durable: bool,
    /// Its payload's schema.
    pub schema: SchemaFn,
}
