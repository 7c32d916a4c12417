//! What was acknowledged is there, and reaches everyone whom it concerns, whatever was killed, cut or brought to a stand.

mod alone;
mod chance;
mod cluster;
mod comings;
mod failover;
mod herd;
mod kills;
mod lock;
mod oracle;
mod people;
mod postgres;
mod redis;
mod rights;
mod run;
mod stops;
mod subscriber;
mod waits;
mod writer;
