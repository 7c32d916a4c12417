//! The table, and the namespace as clients see it.

mod namespace;
pub(crate) mod store;
