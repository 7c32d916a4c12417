//! `cargo xtask mutants`: what delivery stands on is switched off, one thing at a time, in a copy of the sources; a named test
//! has to fail for each. A test that lets one live shows less than it says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cargo_metadata::MetadataCommand;

use crate::{steps, terminal};

/// Something that is switched off.
struct Mutant {
    /// What is off.
    off: &'static str,
    file: &'static str,
    /// Found exactly once in that file.
    from: &'static str,
    to: &'static str,
    /// The fault test that has to notice.
    test: &'static str,
}

const MUTANTS: &[Mutant] = &[
    Mutant {
        off: "comparing heads once a second",
        file: "crates/journal/src/follower.rs",
        from: "inner.tasks.spawn(Arc::clone(&inner).sweep());",
        to: "drop(Arc::clone(&inner).sweep());",
        test: "faults::redis::without_redis_too_the_last_event_arrives",
    },
    Mutant {
        off: "storing the reply to a command with a clientId",
        file: "crates/journal/src/tx.rs",
        from: "replies::store(&mut self.conn, key, stored, now, self.journal.reply_expiry(now)).await",
        to: "{ drop((key, stored, self.journal.reply_expiry(now))); Ok(()) }",
        test: "faults::postgres::a_commit_whose_answer_is_lost_takes_effect_once",
    },
    Mutant {
        off: "holding the stream's lock until COMMIT",
        file: "crates/journal/src/tx.rs",
        from: "let first = write::advance(&mut self.conn, &self.cause.stream, self.recorded.len()).await?;",
        to: "let first = {\n\
             let mut own = self.journal.database().lookup().await?;\n\
             write::advance(&mut own, &self.cause.stream, self.recorded.len()).await?\n\
             };",
        test: "faults::postgres::a_commit_that_does_not_arrive_leaves_nothing_behind",
    },
    Mutant {
        off: "keeping what was read for one who came back for the others",
        file: "crates/journal/src/follower.rs",
        from: "return Ok(state.known(after).unwrap_or_default());",
        to: "let known = state.known(after).unwrap_or_default();\n\
             state.past.forget_unasked(Instant::now(), Duration::ZERO);\n\
             return Ok(known);",
        test: "faults::herd::a_crowd_whose_node_is_killed_is_back_with_everything_within_fifteen_seconds",
    },
];

/// What became of a mutant.
enum Fate {
    Killed,
    Survived,
}

/// Where it all happens: the sources' copy and its own build.
struct Place {
    tree: PathBuf,
    target: PathBuf,
}

/// Runs them all; the error is a sentence.
pub(crate) fn run() -> Result<(), String> {
    let place = Place::prepare()?;
    terminal::heading("unchanged", "the tests that have to notice pass");
    for Mutant { test, .. } in MUTANTS {
        if !place.passes(test)? {
            return Err(format!("{test} fails without any mutant"));
        }
    }
    let mut fates = Vec::new();
    for mutant in MUTANTS {
        terminal::heading("mutant", &format!("without {}", mutant.off));
        let began = Instant::now();
        fates.push((mutant, place.try_out(mutant)?, began.elapsed()));
    }
    report(&fates)
}

fn report(fates: &[(&Mutant, Fate, Duration)]) -> Result<(), String> {
    println!("\n=== mutants");
    for (mutant, fate, took) in fates {
        let said = match fate {
            Fate::Killed => "killed by",
            Fate::Survived => "SURVIVED ",
        };
        println!("  without {}\n    {said} {} ({} s)", mutant.off, mutant.test, took.as_secs());
    }
    let survived = fates.iter().filter(|(_, fate, _)| matches!(fate, Fate::Survived)).count();
    if survived == 0 { Ok(()) } else { Err(format!("{survived} of {} survived", fates.len())) }
}

impl Place {
    /// Copies the sources as they are now, times included, so that only what changed is built again.
    fn prepare() -> Result<Self, String> {
        let metadata = MetadataCommand::new().no_deps().exec().map_err(|error| error.to_string())?;
        let (root, built) = (metadata.workspace_root.as_std_path(), metadata.target_directory.as_std_path());
        let (tree, target) = (built.join("mutants/tree"), built.join("mutants/target"));
        if tree.exists() {
            fs::remove_dir_all(&tree).map_err(|error| format!("{}: {error}", tree.display()))?;
        }
        fs::create_dir_all(&tree).map_err(|error| format!("{}: {error}", tree.display()))?;
        let copy =
            "git ls-files -z --cached --others --exclude-standard | xargs -0 cp -p --parents -t \"$0\"";
        let mut shell = Command::new("sh");
        steps::run(shell.args(["-c", copy]).arg(&tree).current_dir(root), "")?;
        if !target.exists() {
            borrow(built, &target);
        }
        Ok(Self { tree, target })
    }

    fn try_out(&self, mutant: &Mutant) -> Result<Fate, String> {
        let file = self.tree.join(mutant.file);
        let problem = |error| format!("{}: {error}", mutant.file);
        let source = fs::read_to_string(&file).map_err(problem)?;
        if source.matches(mutant.from).count() != 1 {
            return Err(format!("{} does not have this exactly once any more: {}", mutant.file, mutant.from));
        }
        fs::write(&file, source.replace(mutant.from, mutant.to)).map_err(problem)?;
        let passes = self.passes(mutant.test);
        fs::write(&file, source).map_err(problem)?;
        Ok(if passes? { Fate::Survived } else { Fate::Killed })
    }

    /// Builds, which has to work, and runs one test.
    fn passes(&self, test: &str) -> Result<bool, String> {
        steps::run(self.cargo().arg("--no-run"), "")?;
        let output = self.cargo().args(["--", "--exact", test]).stdin(Stdio::null()).output();
        let output = output.map_err(|error| format!("cargo can't be run: {error}"))?;
        let said = String::from_utf8_lossy(&output.stdout);
        if !said.contains("running 1 test") {
            return Err(format!("there is no test {test}"));
        }
        println!("  {test}: {}", if output.status.success() { "passed" } else { "failed" });
        for line in said.lines().skip_while(|line| !line.contains("problems:")).take(3) {
            println!("    {}", line.trim());
        }
        Ok(output.status.success())
    }

    fn cargo(&self) -> Command {
        let mut cargo =
            steps::cargo_command(&["test", "--quiet", "-p", "homeroom-gateway", "--test", "acceptance"]);
        cargo.current_dir(&self.tree).env("CARGO_TARGET_DIR", &self.target);
        cargo
    }
}

/// Dependencies that are built already need not be built again. Without them it only takes longer.
pub(crate) fn borrow(built: &Path, target: &Path) {
    let profile = target.join("debug");
    if fs::create_dir_all(&profile).is_err() {
        return;
    }
    for folder in ["deps", "build", ".fingerprint"] {
        let mut copy = Command::new("cp");
        copy.args(["-a", "--reflink=auto"]).arg(built.join("debug").join(folder)).arg(&profile);
        if let Err(problem) = steps::run(&mut copy, "") {
            println!("  {problem}; everything is built anew");
        }
    }
}
