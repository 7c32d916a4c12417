//! Runs the binary in a folder of its own, with nothing of the test's environment.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A secret that is long enough.
pub(crate) const SECRET: &str = "a secret that has thirty-two bytes and more";

/// A folder to run in, and the variables to run with.
pub(crate) struct Place {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    /// Without any configuration.
    pub(crate) fn bare() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// With a database in the folder, and a secret.
    pub(crate) fn deployment() -> Self {
        Self::on("sqlite://school.db")
    }

    /// With that database, and a secret.
    pub(crate) fn on(database_url: &str) -> Self {
        Self::bare().with("DATABASE_URL", database_url).with("JWT_SECRET", SECRET)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
        command.args(args).current_dir(self.path()).env_clear().stdin(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        let output = self.command(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ended {
    /// It ended with that code and exactly one line on standard error, which this is.
    #[track_caller]
    pub(crate) fn line(&self, code: i32) -> &str {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
        self.err.trim_end()
    }

    /// It went well: what it printed.
    #[track_caller]
    pub(crate) fn printed(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        &self.out
    }
}

/// Asks a process to stop, as an operator's service manager does.
pub(crate) fn terminate(child: &Child) {
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}
