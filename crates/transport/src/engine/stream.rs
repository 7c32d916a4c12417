//! The TCP stream below an upgraded connection, and reading from it without a buffer of its own.

use std::{
    cell::RefCell,
    future::poll_fn,
    io::{self, ErrorKind},
    task::Poll,
};

use fastwebsockets::upgrade::UpgradeFut;
use hyper_util::{rt::TokioIo, server::conn::auto::upgrade::downcast};
use tokio::{io::Interest, net::TcpStream};

/// Bytes read at a time into the buffer that all connections of a thread share.
const SCRATCH: usize = 64 * 1024;

thread_local! {
    static SHARED: RefCell<Vec<u8>> = RefCell::new(vec![0; SCRATCH]);
}

/// Takes the TCP stream back from hyper once the upgrade is through, with what the client sent right behind it.
///
/// `None` if the client left, or the server does not listen on plain TCP.
pub(crate) async fn take_back(upgrade: UpgradeFut) -> Option<(TcpStream, Vec<u8>)> {
    let upgraded = upgrade.await.ok()?.into_inner().into_inner();
    // hyper-util's server wraps the stream (`axum::serve` uses it), hyper's own doesn't.
    let parts = match downcast::<TokioIo<TcpStream>>(upgraded) {
        Ok(parts) => Ok((parts.io, parts.read_buf)),
        Err(bare) => bare.downcast::<TokioIo<TcpStream>>().map(|parts| (parts.io, parts.read_buf)),
    };
    let Ok((stream, early)) = parts else {
        tracing::error!("the engine is served over something other than plain TCP");
        return None;
    };
    let stream = stream.into_inner();
    // Without it small events wait for the acknowledgement of the one before.
    stream.set_nodelay(true).ok()?;
    // A copy, mostly of nothing: the slice would keep hyper's whole read buffer alive.
    Some((stream, early.to_vec()))
}

/// Makes the calling task the one that the stream would wake. hyper's finished task is otherwise kept alive by the waker
/// that it left behind.
pub(crate) async fn adopt(stream: &TcpStream) {
    poll_fn(|cx| {
        let _ = stream.poll_read_ready(cx);
        let _ = stream.poll_write_ready(cx);
        Poll::Ready(())
    })
    .await;
}

/// Waits until there is something to read or, if `flushing`, room to write; says whether there is room.
///
/// Polls the stream's own two wakers, of which a connection's task is the only user: `TcpStream::ready` would do the
/// same with three times the memory.
pub(crate) async fn ready(stream: &TcpStream, flushing: bool) -> io::Result<bool> {
    poll_fn(|cx| {
        let writable = flushing && stream.poll_write_ready(cx)?.is_ready();
        match stream.poll_read_ready(cx) {
            Poll::Ready(result) => Poll::Ready(result.map(|()| writable)),
            Poll::Pending if writable => Poll::Ready(Ok(true)),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Reads what is there into the shared buffer and gives it to `use_bytes`; `None` if nothing is there.
///
/// Zero bytes are the end of the stream.
pub(crate) fn read<R>(socket: &TcpStream, use_bytes: impl FnOnce(&mut [u8]) -> R) -> io::Result<Option<R>> {
    SHARED.with_borrow_mut(|buffer| {
        let mut short = None;
        let read = socket.try_io(Interest::READABLE, || {
            let n = socket.try_read(buffer)?;
            if n == 0 || n == buffer.len() {
                return Ok(n);
            }
            // The kernel has no more. Saying so here, inside of `try_io`, clears the readiness that it looked at before
            // the read, and saves the second read that would only say "would block".
            short = Some(n);
            Err(ErrorKind::WouldBlock.into())
        });
        let n = match (short, read) {
            (Some(n), _) | (None, Ok(n)) => n,
            (None, Err(error)) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            (None, Err(error)) => return Err(error),
        };
        Ok(Some(use_bytes(buffer.get_mut(..n).unwrap_or_default())))
    })
}
