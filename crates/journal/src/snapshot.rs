//! Reading for one call, all of it as of one moment.

use std::ops::{Deref, DerefMut};

use crate::{Conn, DatabaseError, Stream, read};

/// A read-only transaction for one call; derefs to its [`Conn`]. It ends when it is dropped.
#[derive(Debug)]
pub struct Snapshot {
    conn: Conn,
    stream: Stream,
}

impl Snapshot {
    pub(crate) fn new(conn: Conn, stream: Stream) -> Self {
        Self { conn, stream }
    }

    /// The stream of the call's tenant and namespace.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// The number of the stream's last entry as of this moment; 0 if there is none. What else is read here contains the
    /// effects of exactly the entries up to it.
    pub async fn seq(&mut self) -> Result<u64, DatabaseError> {
        Ok(read::head(&mut self.conn, &self.stream).await?.seq)
    }
}

impl Deref for Snapshot {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Snapshot {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
