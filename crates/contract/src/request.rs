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
