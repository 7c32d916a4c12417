//! `cargo xtask beside REVISION`: an older gateway and this tree's are the two nodes of the fault tests, as they are while a
//! deployment is brought from one to the other.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::MetadataCommand;

use crate::{mutants, steps, terminal};

/// Every restart of a node in it is an upgrade or the way back.
const ROLLING_RESTARTS: &str = "faults::stops::rolling_restarts_lose_nothing";

/// What Cargo is asked for; it builds the gateway too.
const ACCEPTANCE: [&str; 5] = ["test", "-p", "homeroom-gateway", "--test", "acceptance"];

/// Runs these tests, or rolling restarts; the error is a sentence.
pub(crate) fn run(revision: &str, tests: &[String]) -> Result<(), String> {
    let metadata = MetadataCommand::new().no_deps().exec().map_err(|error| error.to_string())?;
    let (root, target) = (metadata.workspace_root.as_std_path(), metadata.target_directory.as_std_path());
    let commit = git(root, &["rev-parse", "--verify", "--short=12", &format!("{revision}^{{commit}}")])?;
    terminal::heading("older", &format!("the gateway at {revision}, {commit}"));
    let older = build(root, target, &commit)?;
    terminal::heading("newer", "the gateway of this tree");
    steps::run(&mut steps::cargo_command(&[&ACCEPTANCE[..], &["--no-run"]].concat()), "")?;
    let newer = target.join("debug/gateway");

    terminal::heading("beside", "the older node was there first");
    steps::run(&mut tests_with([&older, &newer], tests), "")?;
    terminal::heading("beside", "the newer node was there first");
    steps::run(&mut tests_with([&newer, &older], tests), "")
}

/// The gateway at that commit, built unless it was before.
fn build(root: &Path, target: &Path, commit: &str) -> Result<PathBuf, String> {
    let place = target.join("beside");
    let binary = place.join(format!("gateway-{commit}"));
    if binary.exists() {
        return Ok(binary);
    }
    let (tree, own) = (place.join("tree"), place.join("target"));
    let problem = |error| format!("{}: {error}", tree.display());
    if tree.exists() {
        fs::remove_dir_all(&tree).map_err(problem)?;
    }
    fs::create_dir_all(&tree).map_err(problem)?;
    // With new times, so that what was built of another revision is not taken for this one's.
    let unpack = r#"git archive "$0" | tar -xm -C "$1""#;
    steps::run(Command::new("sh").args(["-c", unpack, commit]).arg(&tree).current_dir(root), "")?;
    if !own.exists() {
        mutants::borrow(target, &own);
    }
    let mut cargo = steps::cargo_command(&["build", "-p", "homeroom-gateway"]);
    steps::run(cargo.current_dir(&tree).env("CARGO_TARGET_DIR", &own), "")?;
    fs::copy(own.join("debug/gateway"), &binary).map_err(|error| format!("{}: {error}", binary.display()))?;
    Ok(binary)
}

/// The tests, the nodes of which are these.
fn tests_with(nodes: [&Path; 2], tests: &[String]) -> Command {
    let mut cargo = steps::cargo_command(&ACCEPTANCE);
    cargo.args(["--", "--nocapture"]);
    match tests {
        [] => cargo.arg(ROLLING_RESTARTS),
        tests => cargo.args(tests),
    };
    let [first, second] = nodes;
    cargo.env("HOMEROOM_GATEWAY", first).env("HOMEROOM_OTHER_GATEWAY", second);
    cargo
}

fn git(root: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new("git").args(args).current_dir(root).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("git can't be run: {error}"))?;
    if !output.status.success() {
        return Err(format!("git {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
