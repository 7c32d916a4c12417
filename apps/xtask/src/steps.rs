//! The steps of `cargo xtask test`, in their order: the quick ones first. One build profile, so that dependencies are built
//! once for checking and once for running.

use std::env;
use std::process::{Command, Stdio};

use cargo_metadata::MetadataCommand;
use clap::ValueEnum;

use crate::{setup, terminal};

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// What the tests need on this machine.
    Setup,
    /// The stock Socket.IO clients, in the target folder.
    Clients,
    /// The sources are formatted.
    Fmt,
    /// The tree itself: dependency edges, pairs of migrations and the like.
    Tree,
    /// No lint complains.
    Lint,
    /// The documentation is complete and its links lead somewhere.
    Doc,
    /// Every crate that others may use compiles alone, without the features that others happen to switch on.
    Alone,
    /// The binaries and examples that tests run are built.
    Build,
    /// All tests.
    Test,
}

impl Step {
    pub(crate) const ALL: [Self; 9] = [
        Self::Setup,
        Self::Clients,
        Self::Fmt,
        Self::Tree,
        Self::Lint,
        Self::Doc,
        Self::Alone,
        Self::Build,
        Self::Test,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Clients => "clients",
            Self::Fmt => "fmt",
            Self::Tree => "tree",
            Self::Lint => "lint",
            Self::Doc => "doc",
            Self::Alone => "alone",
            Self::Build => "build",
            Self::Test => "test",
        }
    }

    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Setup => "what the tests need is on this machine",
            Self::Clients => "the stock Socket.IO clients are there",
            Self::Fmt => "the sources are formatted",
            Self::Tree => "dependency edges, pairs of migrations, clean files",
            Self::Lint => "no lint complains",
            Self::Doc => "the documentation is complete",
            Self::Alone => "every crate compiles alone",
            Self::Build => "what the tests run is built",
            Self::Test => "all tests",
        }
    }

    /// Runs it; the error is a sentence for the summary.
    pub(crate) fn run(self) -> Result<(), String> {
        match self {
            Self::Setup => setup::machine(),
            Self::Clients => setup::clients(),
            Self::Fmt => cargo(&["fmt", "--all", "--check"]).map_err(|_| "run `cargo fmt`".to_owned()),
            Self::Tree => cargo(&["test", "--quiet", "-p", "xtask"]),
            Self::Lint => cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
            Self::Doc => {
                let mut command = cargo_command(&["doc", "--workspace", "--no-deps"]);
                run(command.env("RUSTDOCFLAGS", "-D warnings"), "RUSTDOCFLAGS='-D warnings' ")
            }
            Self::Alone => alone(),
            Self::Build => cargo(&["build", "--workspace", "--bins", "--examples"]),
            // All of it in one process per test binary: those that need PostgreSQL share one.
            Self::Test => cargo(&["test", "--workspace", "--no-fail-fast"]),
        }
    }
}

/// Nobody depends on these from elsewhere.
const OUR_OWN: [&str; 2] = ["homeroom-testkit", "xtask"];

/// A workspace build unifies features: what one crate forgot, another may have switched on.
fn alone() -> Result<(), String> {
    let metadata = MetadataCommand::new().no_deps().exec().map_err(|error| error.to_string())?;
    let mut failed = Vec::new();
    let packages = metadata.workspace_packages().into_iter();
    for package in packages.filter(|package| !OUR_OWN.contains(&package.name.as_str())) {
        let mut ways = vec![vec!["check", "--quiet", "-p", package.name.as_str()]];
        if package.features.contains_key("server") {
            ways.push(vec!["check", "--quiet", "--no-default-features", "-p", package.name.as_str()]);
        }
        failed.extend(
            ways.iter().filter(|way| cargo(way).is_err()).map(|way| format!("cargo {}", way.join(" "))),
        );
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("these failed: {}", failed.join("; "))) }
}

fn cargo(args: &[&str]) -> Result<(), String> {
    run(&mut cargo_command(args), "")
}

/// Cargo, with these arguments.
pub(crate) fn cargo_command(args: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args);
    // What `cargo run` has set for this program is not meant for the next one.
    for (name, _) in env::vars_os() {
        if name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
        {
            command.env_remove(name);
        }
    }
    if env::var_os("CI").is_some() {
        // Nobody builds there twice.
        command.env("CARGO_INCREMENTAL", "0").env("CARGO_TERM_PROGRESS_WHEN", "never");
    }
    command
}

/// Runs a command to its end, its output going where ours goes.
pub(crate) fn run(command: &mut Command, before: &str) -> Result<(), String> {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let line = words.join(" ");
    let shown = line.strip_prefix(words.first().map_or("", String::as_str)).unwrap_or(&line);
    let program = words.first().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    terminal::command(&format!("{before}{program}{shown}"));
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{program}{shown}` ended with {status}")),
        Err(error) => Err(format!("`{program}` can't be run: {error}")),
    }
}
