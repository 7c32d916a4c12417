//! A Socket.IO client over `WebSocket`, for tests, the load test and other services.
