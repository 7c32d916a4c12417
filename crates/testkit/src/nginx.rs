//! A real nginx: its own process, folder and port, ended with the test.

use std::fs;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::error::or_panic;
use crate::process::{Process, Spawn};
use crate::{Error, place};

const READY_WITHIN: Duration = Duration::from_mins(1);

/// nginx on a port of its own of 127.0.0.1.
#[derive(Debug)]
pub struct Nginx {
    /// Before the folder, so that it ends before that goes.
    _process: Process,
    port: u16,
    _folder: TempDir,
}

impl Nginx {
    /// Starts it with these contents of its `http` block, made for the port that it is to listen on. Blocks until it does;
    /// panics, with its log, if it never does.
    #[track_caller]
    pub fn start(http: impl FnOnce(u16) -> String) -> Self {
        or_panic(Self::try_start(http))
    }

    /// `http://127.0.0.1:…`
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn try_start(http: impl FnOnce(u16) -> String) -> Result<Self, Error> {
        let sbin = ["/usr/sbin".into(), "/usr/local/sbin".into()];
        let program = place::program("nginx", &sbin).ok_or_else(|| {
            let advice = "`cargo xtask test` installs it, or: apt-get install nginx-light";
            Error::Missing(format!("these tests need nginx and it is not installed; {advice}"))
        })?;
        let (folder, port) = (place::folder(None)?, place::free_port()?);
        let file = folder.path().join("nginx.conf");
        let text = configuration(&http(port), place::unprivileged()?.is_some());
        fs::write(&file, text).map_err(|source| Error::File { path: file.clone(), source })?;
        let mut command = Command::new(program);
        command.arg("-p").arg(folder.path()).arg("-c").arg(&file).args(["-e", "stderr", "-g", "daemon off;"]);
        let log = folder.path().join("nginx.log");
        let spawn = Spawn { name: "nginx", log: &log, end_with: "TERM", folder: Some(folder.path()) };
        let mut process = Process::spawn(command, &spawn)?;
        process.wait_until(READY_WITHIN, || TcpStream::connect(("127.0.0.1", port)).is_ok())?;
        Ok(Self { _process: process, port, _folder: folder })
    }
}

/// Everything that it would write elsewhere goes into its own folder.
fn configuration(http: &str, as_root: bool) -> String {
    let user = if as_root { "user root;" } else { "" };
    format!(
        "{user} pid nginx.pid; worker_processes 1; events {{ worker_connections 1024; }} http {{ \
         client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; \
         scgi_temp_path scgi;\n{http}\n}}\n"
    )
}
