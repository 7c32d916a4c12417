//! One command on one key, or one script: what Redis is asked, and asked again with the script's text if it doesn't know it.

use deadpool_redis::redis::aio::ConnectionLike;
use deadpool_redis::redis::{
    self, Arg, Cmd, ErrorKind, FromRedisValue, RedisResult, Script, ServerErrorKind, ToRedisArgs,
};

/// A script, and the name that Redis has for it.
#[derive(Debug)]
pub(super) struct Lua {
    text: String,
    sha: String,
}

/// What is asked about one key.
#[derive(Debug)]
pub(super) struct Call {
    /// With the prefix.
    pub(super) key: String,
    cmd: Cmd,
    script: Option<&'static Lua>,
}

impl Lua {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), sha: Script::new(text).get_hash().to_owned() }
    }

    pub(super) fn on(&'static self, key: String) -> Call {
        let mut cmd = redis::cmd("EVALSHA");
        cmd.arg(&self.sha).arg(1).arg(&key);
        Call { key, cmd, script: Some(self) }
    }

    /// Makes Redis know it.
    pub(super) fn load(&self) -> Cmd {
        let mut cmd = redis::cmd("SCRIPT");
        cmd.arg("LOAD").arg(&self.text);
        cmd
    }
}

impl Call {
    pub(super) fn new(name: &str, key: String) -> Self {
        let mut cmd = redis::cmd(name);
        cmd.arg(&key);
        Self { key, cmd, script: None }
    }

    pub(super) fn arg(mut self, arg: impl ToRedisArgs) -> Self {
        self.cmd.arg(arg);
        self
    }

    pub(super) fn cmd(&self) -> &Cmd {
        &self.cmd
    }

    pub(super) async fn send<T: FromRedisValue>(&self, conn: &mut impl ConnectionLike) -> RedisResult<T> {
        match (self.cmd.query_async(conn).await, self.script) {
            // To this server only: another one of a cluster may be away.
            (Err(error), Some(script)) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                self.with_text(script).query_async(conn).await
            }
            (result, _) => result,
        }
    }

    fn with_text(&self, script: &Lua) -> Cmd {
        let mut cmd = redis::cmd("EVAL");
        cmd.arg(&script.text);
        for arg in self.cmd.args_iter().skip(2) {
            if let Arg::Simple(arg) = arg {
                cmd.arg(arg);
            }
        }
        cmd
    }
}
