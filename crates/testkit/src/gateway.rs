//! A gateway as an operator runs it: the binary, in a process of its own.

use std::env;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use homeroom_client::{Client, Options, Socket};
use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::error::or_panic;
use crate::process::{Process, Spawn, describe};
use crate::{Error, Tokens, place};

const READY_WITHIN: Duration = Duration::from_mins(1);

/// How a gateway is started.
#[derive(Debug, Clone, Default)]
pub struct GatewayOptions {
    deployment: Option<(String, Tokens)>,
    env: Vec<(String, String)>,
    binary: Option<PathBuf>,
}

impl GatewayOptions {
    /// A deployment on that database, with the secret of [`Tokens::default`].
    pub fn new(database_url: impl Into<String>) -> Self {
        Self { deployment: Some((database_url.into(), Tokens::default())), ..Self::default() }
    }

    /// Without any configuration: the demo.
    pub fn demo() -> Self {
        Self::default()
    }

    /// One more variable of its environment, which has nothing else of the test's but `PATH` and the like.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Another binary than the tests' own, such as an older one.
    #[must_use]
    pub fn binary(mut self, binary: impl Into<PathBuf>) -> Self {
        self.binary = Some(binary.into());
        self
    }
}

/// A gateway in a process and a folder of its own, on ports of its own. Ended with the test; when the test fails, its log
/// is printed.
///
/// Starting and ending block for as long as they take and panic, with the log, if they fail.
#[derive(Debug)]
pub struct Gateway {
    process: Mutex<Option<Process>>,
    binary: Mutex<PathBuf>,
    options: GatewayOptions,
    port: u16,
    admin_port: u16,
    http: reqwest::Client,
    folder: TempDir,
}

/// What an HTTP request was answered with.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The status (RFC 9110, section 15).
    pub status: u16,
    /// The body; null if it isn't JSON.
    pub body: Value,
}

impl Gateway {
    /// Starts one and waits until `/readyz` says 200.
    ///
    /// The binary is the options' one, else `$HOMEROOM_GATEWAY`, else the one that Cargo built beside the test.
    #[track_caller]
    pub fn start(options: GatewayOptions) -> Self {
        or_panic(Self::try_start(options))
    }

    /// Where clients connect, such as `http://127.0.0.1:12345`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where `/metrics`, `/healthz` and `/readyz` are.
    pub fn admin_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.admin_port)
    }

    /// The folder it runs in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Makes tokens that it accepts; the demo accepts none of them.
    pub fn tokens(&self) -> Tokens {
        self.options.deployment.as_ref().map(|(_, tokens)| tokens.clone()).unwrap_or_default()
    }

    /// Kills it with SIGKILL.
    pub fn kill9(&self) {
        if let Some(mut process) = self.process().take() {
            process.kill9();
        }
    }

    /// Asks it to end, with SIGTERM, and waits until it has; its exit status.
    ///
    /// # Panics
    /// If it isn't running, or still is after that time.
    #[track_caller]
    pub fn terminate(&self, within: Duration) -> ExitStatus {
        self.signal("TERM");
        self.ended(within)
    }

    /// Its process id, for whoever else is to send it a signal.
    ///
    /// # Panics
    /// If it isn't running.
    #[track_caller]
    pub fn id(&self) -> u32 {
        let process = self.process();
        let Some(process) = &*process else { panic!("the gateway is not running") };
        process.id()
    }

    /// Waits until it has ended, whoever ended it; its exit status.
    ///
    /// # Panics
    /// If it isn't running, or still is after that time.
    #[track_caller]
    pub fn ended(&self, within: Duration) -> ExitStatus {
        let Some(mut process) = self.process().take() else { panic!("the gateway is not running") };
        or_panic(process.wait(within))
    }

    /// Sends it a signal by name, such as `TERM` or `STOP`, and doesn't wait.
    pub fn signal(&self, signal: &str) {
        if let Some(process) = &*self.process() {
            process.signal(signal);
        }
    }

    /// Lets it stand still (SIGSTOP): its connections stay open and nothing is answered.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// Lets it go on after [`pause`](Self::pause).
    pub fn resume(&self) {
        self.signal("CONT");
    }

    /// Kills it if it still runs, and starts it again on the same ports and in the same folder.
    #[track_caller]
    pub fn restart(&self) {
        self.kill9();
        or_panic(self.run_server());
    }

    /// The binary that it was started from.
    pub fn binary(&self) -> PathBuf {
        self.binary.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Like [`restart`](Self::restart), but from this binary: an upgrade, or the way back.
    #[track_caller]
    pub fn restart_as(&self, binary: &Path) {
        binary.clone_into(&mut self.binary.lock().unwrap_or_else(PoisonError::into_inner));
        self.restart();
    }

    /// Runs one of its commands, such as `["token", "--user", "t-1"]`, with the same environment: the exit code, standard
    /// output and standard error.
    #[track_caller]
    pub fn run(&self, args: &[&str]) -> (i32, String, String) {
        let output = self.command().args(args).stdin(Stdio::null()).output();
        let output = or_panic(output.map_err(|source| Error::Spawn { name: "the gateway", source }));
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    /// What it has written so far, over all of its restarts.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// `POST /v1/{namespace}/{command}`; a key makes it take effect once. Panics if there is no answer at all.
    pub async fn post(
        &self,
        token: &str,
        namespace: &str,
        command: &str,
        body: &impl Serialize,
        idempotency_key: Option<&str>,
    ) -> Answer {
        let url = format!("{}/v1/{namespace}/{command}", self.url());
        let mut request = self.http.post(url).bearer_auth(token).json(body);
        if let Some(key) = idempotency_key {
            request = request.header("Idempotency-Key", key);
        }
        answer(request).await
    }

    /// `GET` of any address. Panics if there is no answer at all.
    pub async fn get(&self, url: &str) -> Answer {
        answer(self.http.get(url)).await
    }

    /// `GET` of an address that answers with text, such as `/metrics`. Panics if there is no answer at all.
    pub async fn text(&self, url: &str) -> String {
        let text = async { self.http.get(url).send().await?.text().await };
        or_panic(text.await.map_err(|error: reqwest::Error| Error::Exchange(format!("{error:?}"))))
    }

    /// How a client with this token connects, to be adapted.
    pub fn client_options(&self, token: &str) -> Options {
        Options::new(self.url()).token(token)
    }

    /// A socket in a namespace, on a connection of its own. Panics if it isn't let in.
    pub async fn socket(&self, token: &str, namespace: &str) -> Socket {
        let opened = async { Client::connect(self.client_options(token)).await?.namespace(namespace).await };
        or_panic(opened.await.map_err(|error| Error::Exchange(format!("{namespace}: {error}"))))
    }

    fn try_start(options: GatewayOptions) -> Result<Self, Error> {
        let mut gateway = Self {
            process: Mutex::new(None),
            binary: Mutex::new(options.binary.clone().map_or_else(binary, Ok)?),
            options,
            port: place::free_port()?,
            admin_port: place::free_port()?,
            http: reqwest::Client::new(),
            folder: place::folder(None)?,
        };
        let mut attempts = 1;
        loop {
            match gateway.run_server() {
                Ok(()) => return Ok(gateway),
                // Somebody else may have taken a port in the meantime.
                Err(error) if attempts < 3 && error.to_string().contains("in use") => attempts += 1,
                Err(error) => return Err(error),
            }
            gateway.port = place::free_port()?;
            gateway.admin_port = place::free_port()?;
        }
    }

    fn run_server(&self) -> Result<(), Error> {
        let log = self.log_file();
        let spawn =
            Spawn { name: "the gateway", log: &log, end_with: "KILL", folder: Some(self.folder.path()) };
        let mut process = Process::spawn(self.command(), &spawn)?;
        process.wait_until(READY_WITHIN, || is_ready(self.admin_port))?;
        *self.process() = Some(process);
        Ok(())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.binary());
        command.current_dir(self.folder.path()).env_clear();
        let kept = ["PATH", "HOME", "TMPDIR", "RUST_BACKTRACE", "RUST_LOG"];
        command.envs(kept.iter().filter_map(|name| Some((*name, env::var_os(name)?))));
        command.env("GATEWAY_LISTEN", format!("127.0.0.1:{}", self.port));
        command.env("GATEWAY_ADMIN_LISTEN", format!("127.0.0.1:{}", self.admin_port));
        if let Some((database_url, tokens)) = &self.options.deployment {
            command.env("DATABASE_URL", database_url).env("JWT_SECRET", tokens.secret());
        }
        command.envs(self.options.env.iter().map(|(name, value)| (name, value)));
        command
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("gateway.log")
    }

    fn process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let ended = self.process().take().and_then(|mut process| process.ended());
        if thread::panicking() {
            let ended = ended.map(|status| format!(" (it had ended with {})", describe(status)));
            eprintln!("--- log of the gateway{} ---\n{}", ended.unwrap_or_default(), self.log());
        }
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let answer = async {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let body = response.bytes().await?;
        Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default() })
    };
    or_panic(answer.await.map_err(|error: reqwest::Error| Error::Exchange(format!("{error:?}"))))
}

fn binary() -> Result<PathBuf, Error> {
    if let Some(path) = env::var_os("HOMEROOM_GATEWAY") {
        return Ok(PathBuf::from(path));
    }
    let name: OsString = format!("gateway{}", env::consts::EXE_SUFFIX).into();
    let binary = place::profile_folder()?.join(name);
    if binary.is_file() {
        return Ok(binary);
    }
    let path = binary.display();
    Err(Error::Missing(format!("{path} is not there; build it with `cargo build -p homeroom-gateway`")))
}

fn is_ready(port: u16) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok::<_, std::io::Error>(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
