//! What a client may ask for. A request is declared once, as a type: its name, its shape and the shape of its reply. Its
//! documentation becomes the description in `OpenAPI` and `AsyncAPI`.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What all requests have: a name on the wire, such as `grade:set`, and a shape.
///
/// Unknown fields are ignored, and unknown values of an enumeration refused; both are what serde does by itself.
pub trait Request: DeserializeOwned + JsonSchema + Send + 'static {
    /// The name on the wire.
    const NAME: &'static str;
    /// Other names under which it is accepted.
    const ALIASES: &'static [&'static str] = &[];
}

/// A question: answers, changes nothing.
pub trait Query: Request {
    /// The ack's `data`.
    type Reply: Serialize + JsonSchema + Send + 'static;
}

/// A change: its handler must return [`Committed`](crate::Committed).
pub trait Command: Request {
    /// The ack's `data`.
    type Reply: Serialize + JsonSchema + Send + 'static;
}

/// A request to enter rooms; answers what a newcomer needs to see. Over HTTP it answers and enters nothing.
pub trait Join: Request {
    /// The `initialData` of the ack.
    type Data: Serialize + JsonSchema + Send + 'static;
}

/// A request to leave rooms. Only over a socket.
pub trait Leave: Request {}

/// Something that concerns only who is watching right now; never in the journal. Only over a socket.
pub trait Signal: Request {}

/// Declares requests: what each is, its name on the wire (and others under which it is accepted), and its reply.
///
/// ```
/// use homeroom_contract::schemars::JsonSchema;
/// use homeroom_contract::serde::{Deserialize, Serialize};
/// use homeroom_contract::{Request, requests};
///
/// /// Raises the sender's hand.
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// # #[serde(crate = "homeroom_contract::serde")]
/// # #[schemars(crate = "homeroom_contract::schemars")]
/// struct RaiseHand {}
///
/// /// The hand is up.
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// # #[serde(crate = "homeroom_contract::serde")]
/// # #[schemars(crate = "homeroom_contract::schemars")]
/// struct HandRaised {
///     /// How many hands were up before, and this one.
///     position: u32,
/// }
///
/// requests! {
///     command RaiseHand = "hand:raise" | "hand-raised" => HandRaised;
/// }
/// assert_eq!((RaiseHand::NAME, RaiseHand::ALIASES), ("hand:raise", &["hand-raised"][..]));
/// ```
#[macro_export]
macro_rules! requests {
    ($($kind:ident $request:ty = $name:literal $(| $alias:literal)* $(=> $reply:ty)?;)+) => {
        $(
            impl $crate::Request for $request {
                const NAME: &'static str = $name;
                const ALIASES: &'static [&'static str] = &[$($alias),*];
            }
            $crate::requests! { @$kind $request $(=> $reply)? }
        )+
    };
    (@query $request:ty => $reply:ty) => {
        impl $crate::Query for $request {
            type Reply = $reply;
        }
    };
    (@command $request:ty => $reply:ty) => {
        impl $crate::Command for $request {
            type Reply = $reply;
        }
    };
    (@join $request:ty => $data:ty) => {
        impl $crate::Join for $request {
            type Data = $data;
        }
    };
    (@leave $request:ty) => {
        impl $crate::Leave for $request {}
    };
    (@signal $request:ty) => {
        impl $crate::Signal for $request {}
    };
}
