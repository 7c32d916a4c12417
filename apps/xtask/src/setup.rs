//! What the tests need besides Rust. On a Debian-like machine what is missing is installed, if we may; elsewhere it is said
//! exactly what is missing.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::steps::run;

/// Something that has to be there.
struct Need {
    what: &'static str,
    why: &'static str,
    is_there: fn() -> bool,
    /// As Debian packages it.
    packages: &'static [&'static str],
}

const NEEDS: &[Need] = &[
    Need {
        what: "a C compiler and make",
        why: "the allocator, the cryptography and SQLite are built from C",
        is_there: || succeeds("cc", &["--version"]) && succeeds("make", &["--version"]),
        packages: &["build-essential"],
    },
    Need {
        what: "PostgreSQL (initdb, postgres, psql)",
        why: "tests of SQL run on it",
        is_there: has_postgres,
        packages: &["postgresql"],
    },
    Need {
        what: "Redis (redis-server)",
        why: "tests of what nodes share run on it",
        is_there: || succeeds("redis-server", &["--version"]),
        packages: &["redis-server"],
    },
    Need {
        what: "nginx",
        why: "the configuration in the documentation is tested with it",
        is_there: || succeeds("/usr/sbin/nginx", &["-v"]) || succeeds("nginx", &["-v"]),
        packages: &["nginx-light"],
    },
    Need {
        what: "OpenSSL (openssl)",
        why: "Redis is tested over TLS too, with certificates made for it",
        is_there: || succeeds("openssl", &["version"]),
        packages: &["openssl"],
    },
    Need {
        what: "Node.js with npm",
        why: "the stock JavaScript client is tested against the gateway",
        is_there: || succeeds("node", &["--version"]) && succeeds("npm", &["--version"]),
        packages: &["nodejs", "npm"],
    },
    Need {
        what: "Python 3 with venv",
        why: "the stock Python client is tested against the gateway",
        is_there: || succeeds("python3", &["-c", "import venv, ensurepip"]),
        packages: &["python3", "python3-venv"],
    },
];

/// Installs what is missing on this machine.
pub(crate) fn machine() -> Result<(), String> {
    for component in ["fmt", "clippy"] {
        if !succeeds("cargo", &[component, "--version"]) {
            return Err(format!("`cargo {component}` is missing: rustup component add {component}"));
        }
    }
    let missing = || NEEDS.iter().filter(|need| !(need.is_there)()).collect::<Vec<_>>();
    let before = missing();
    if !before.is_empty() {
        install(&before)?;
    }
    let still = missing();
    if !still.is_empty() {
        return Err(format!("still missing after installing: {}", list(&still)));
    }
    Ok(())
}

fn install(missing: &[&Need]) -> Result<(), String> {
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let by_hand = format!("missing: {}. On Debian: apt-get install {}", list(missing), packages.join(" "));
    if !succeeds("apt-get", &["--version"]) {
        return Err(by_hand);
    }
    let root = output("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    if !root && !succeeds("sudo", &["-n", "true"]) {
        return Err(format!("{by_hand} (here it takes root, or sudo without a password)"));
    }
    let apt = |args: &[&str]| {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        if !root {
            command.args(["-n", "env"]);
        }
        run(command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]).args(args), "")
    };
    apt(&["update"]).map_err(|error| format!("{error}; {by_hand}"))?;
    let install = [&["install", "-y", "--no-install-recommends"][..], &packages].concat();
    apt(&install).map_err(|error| format!("{error}; {by_hand}"))
}

/// Installs the stock Socket.IO clients into the target folder, where the tests look for them.
pub(crate) fn clients() -> Result<(), String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/testkit/clients/setup.sh");
    let exe = env::current_exe().map_err(|error| error.to_string())?;
    let profile = exe.parent().ok_or("xtask is nowhere")?;
    run(Command::new("sh").arg(script).arg(profile.join("testkit").join("clients")), "")
        .map_err(|error| format!("the stock Socket.IO clients can't be installed: {error}"))
}

fn has_postgres() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.into_iter().any(|version| version.path().join("bin/initdb").is_file())
        || succeeds("initdb", &["--version"])
}

fn succeeds(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()
}

fn list(needs: &[&Need]) -> String {
    needs.iter().map(|need| format!("{} ({})", need.what, need.why)).collect::<Vec<_>>().join(", ")
}
