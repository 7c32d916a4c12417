//! Many frames into a socket with few system calls.

use std::io::{self, ErrorKind, IoSlice};

use tokio::net::TcpStream;

use super::Counters;
use crate::frame::{Class, Framed};

/// Slices in one vectored write.
pub(super) const GATHER: usize = 64;

/// Writes as much as the socket takes; returns the frames that are not out whole, and how much of their first one is.
pub(super) fn write_whole<'f>(
    socket: &TcpStream,
    frames: &'f [Framed],
    counters: &Counters,
) -> io::Result<(&'f [Framed], usize)> {
    let mut rest = frames;
    while !rest.is_empty() {
        let mut slices = [IoSlice::new(&[]); GATHER];
        let batch = rest.len().min(GATHER);
        for (slice, frame) in slices.iter_mut().zip(rest) {
            *slice = IoSlice::new(frame.bytes());
        }
        let mut n = match socket.try_write_vectored(slices.get(..batch).unwrap_or_default()) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(n) => n,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        };
        counters.bytes_out.add(n as u64);
        while let Some((first, after)) = rest.split_first() {
            if n < first.len() {
                break;
            }
            n -= first.len();
            rest = after;
            counters.messages_out.add(u64::from(first.class() != Class::Control));
        }
        if n > 0 {
            // The kernel took less than it was offered: its buffer is full.
            return Ok((rest, n));
        }
    }
    Ok((rest, 0))
}
