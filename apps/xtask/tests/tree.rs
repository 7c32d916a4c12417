//! The files of the tree: what is where, what comes in pairs, what must not be in any of them.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::MetadataCommand;

/// The most lines of a source file, without the tests at its end.
const MOST_LINES: usize = 400;

/// What the root may hold besides lock and tool files.
const ROOT: &[&str] =
    &["Cargo.toml", "Cargo.lock", "apps", "crates", "migrations", "docs", "justfile", "README.md"];
const TOOLS: &[&str] = &["clippy.toml", "rustfmt.toml", "deny.toml", "rust-toolchain.toml", "package.json"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Everything that is, or would be, under version control, relative to the root.
fn files() -> Vec<String> {
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    let output = git.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = String::from_utf8(output.stdout).unwrap();
    files.lines().filter(|file| root().join(file).is_file()).map(str::to_owned).collect()
}

fn is_rust(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "rs")
}

fn text(file: &str) -> String {
    String::from_utf8_lossy(&fs::read(root().join(file)).unwrap()).into_owned()
}

/// Fails with all of the problems, each on a line.
fn none(problems: &[String], what: &str) {
    assert!(problems.is_empty(), "{what}:\n{}\n", problems.join("\n"));
}

#[test]
fn the_root_holds_what_it_should() {
    let entries: BTreeSet<String> =
        files().iter().filter_map(|file| file.split('/').next()).map(str::to_owned).collect();
    let known = |entry: &str| entry.starts_with('.') || ROOT.contains(&entry) || TOOLS.contains(&entry);
    let strange: Vec<String> = entries.into_iter().filter(|entry| !known(entry)).collect();
    none(&strange, "these have no place at the root");
}

#[test]
fn every_migration_is_there_for_both_databases() {
    let of = |database: &str| -> BTreeSet<String> {
        let folder = format!("migrations/{database}/");
        files().iter().filter_map(|file| file.strip_prefix(&folder)).map(str::to_owned).collect()
    };
    let (postgres, sqlite) = (of("postgres"), of("sqlite"));
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>, name: &str| -> Vec<String> {
        one.difference(other).map(|file| format!("{file} is only there for {name}")).collect()
    };
    none(
        &[only(&postgres, &sqlite, "PostgreSQL"), only(&sqlite, &postgres, "SQLite")].concat(),
        "not in pairs",
    );
    assert!(!postgres.is_empty(), "there are migrations");
    let numbers: Vec<usize> =
        postgres.iter().map(|file| file.split('_').next().unwrap().parse().unwrap()).collect();
    assert_eq!(numbers, (1..=postgres.len()).collect::<Vec<_>>(), "numbered 1, 2, 3 … without a gap");
}

#[test]
fn nothing_points_to_one_machine() {
    // Put together here, so that this file has none of them.
    let places = [["/ro", "ot/"], ["/ho", "me/"], ["/Us", "ers/"], ["/wo", "rk/"], ["C:\\Us", "ers"]];
    let places = places.map(|halves| halves.concat());
    let mut found = Vec::new();
    for file in files() {
        for (number, line) in text(&file).lines().enumerate() {
            if places.iter().any(|place| line.contains(place.as_str())) {
                found.push(format!("{file}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    none(&found, "these lines name a place on one machine");
}

#[test]
fn packages_come_from_the_public_registries() {
    let mut found = Vec::new();
    for file in files() {
        let allowed: &[&str] = match file.rsplit('/').next().unwrap() {
            "Cargo.lock" => &["https://github.com/rust-lang/crates.io-index"],
            "config.toml" if file.contains(".cargo/") => &[],
            "package-lock.json" | ".npmrc" | "pip.conf" => &[],
            _ => continue,
        };
        for (number, line) in text(&file).lines().enumerate() {
            // A package's own home page is not where it comes from.
            let is_source =
                ["source", "resolved", "registry", "index", "http"].iter().any(|word| line.contains(word));
            let is_link = line.contains("\"url\"") || !line.contains("://");
            if is_source && !is_link && !allowed.iter().any(|address| line.contains(address)) {
                found.push(format!("{file}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    none(&found, "these come from elsewhere");
}

#[test]
fn no_test_is_ignored() {
    let mark = ["#[ig", "nore"].concat();
    let rust = files().into_iter().filter(|file| is_rust(file));
    let found: Vec<String> = rust.filter(|file| text(file).contains(&mark)).collect();
    none(&found, "tests are ignored in");
}

#[test]
fn a_file_is_read_in_one_go() {
    let is_source = |file: &String| is_rust(file) && !file.contains("/tests/");
    let mut long = Vec::new();
    for file in files().into_iter().filter(is_source) {
        let text = text(&file);
        let lines = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().lines().count();
        if lines > MOST_LINES {
            long.push(format!("{file}: {lines} lines without its tests"));
        }
    }
    none(&long, "these files are too long");
}

#[test]
fn every_crate_says_what_it_is_for() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let mut silent = Vec::new();
    for package in metadata.workspace_packages() {
        if package.description.as_ref().is_none_or(String::is_empty) {
            silent.push(format!("{}: no description in Cargo.toml", package.name));
        }
        if !package.manifest_path.with_file_name("README.md").is_file() {
            silent.push(format!("{}: no README.md", package.name));
        }
    }
    none(&silent, "crates that don't say what they are for");
}

/// `faults::kills::killed_nodes_lose_nothing` is a function `killed_nodes_lose_nothing` in a file or folder `kills` in one `faults`;
/// a path may end, or begin, anywhere.
#[test]
fn a_promise_names_tests_that_there_are() {
    let tests: Vec<String> =
        files().into_iter().filter(|file| is_rust(file) && file.contains("/tests/")).collect();
    let promises = text("docs/delivery.md");
    let named: Vec<&str> =
        promises.split('`').skip(1).step_by(2).filter(|code| code.contains("::")).collect();
    assert!(named.len() > 10, "{named:?}");
    let exists = |path: &&str| {
        let (within, last) = path.rsplit_once("::").unwrap();
        let is_there = |file: &&String| {
            let places: BTreeSet<&str> = file.trim_end_matches(".rs").split('/').collect();
            let holds = |part: &str| places.contains(part);
            let function = text(file).contains(&format!("fn {last}("));
            within.split("::").all(holds) && (holds(last) || function)
        };
        tests.iter().any(|file| is_there(&file))
    };
    let missing: Vec<String> = named.iter().filter(|path| !exists(path)).map(ToString::to_string).collect();
    none(&missing, "docs/delivery.md names tests that are not there");
}
