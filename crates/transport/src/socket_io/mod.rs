//! Socket.IO v5 over an [`Engine`](crate::engine::Engine).
