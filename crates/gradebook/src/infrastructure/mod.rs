//! Where the gradebook meets the outside: its tables, what is kept of who is typing, and its face to clients.

mod namespace;
pub(crate) mod store;
pub(crate) mod watching;
