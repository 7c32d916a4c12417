//! Who depends on whom inside the workspace, held against `edges.txt`, and what a domain crate pulls in without its server.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// What makes a server of a program: nothing that is only domain may have these in its tree.
const SERVER: &[&str] = &["axum", "deadpool-redis", "fastwebsockets", "hyper", "redis", "sqlx", "tokio"];

type Edges = BTreeMap<String, BTreeSet<String>>;

fn metadata() -> Metadata {
    MetadataCommand::new().no_deps().exec().unwrap()
}

/// The edges of the workspace that are of that kind.
fn actual(metadata: &Metadata, kind: DependencyKind) -> Edges {
    let members: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let edges = metadata.packages.iter().map(|package| {
        let inside = |name: &&str| members.contains(name);
        let of_kind = package.dependencies.iter().filter(|dependency| dependency.kind == kind);
        let to = of_kind.map(|dependency| dependency.name.as_str()).filter(inside).map(str::to_owned);
        (package.name.to_string(), to.collect())
    });
    edges.collect()
}

/// The lines that `edges.txt` has in that section.
fn lines(section: &str) -> impl Iterator<Item = &'static str> {
    let text = include_str!("../edges.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let section = format!("[{section}]");
    lines.skip_while(move |line| *line != section).skip(1).take_while(|line| !line.starts_with('['))
}

/// The edges that `edges.txt` has in that section.
fn listed(section: &str) -> Edges {
    let edges = lines(section).map(|line| {
        let (from, to) = line.split_once(':').unwrap_or_else(|| panic!("{line:?} is not `crate: crates`"));
        (from.to_owned(), to.split_whitespace().map(str::to_owned).collect())
    });
    edges.collect()
}

/// One line for each edge that is on one side only.
fn differences(actual: &Edges, listed: &Edges) -> Vec<String> {
    let flat = |edges: &Edges| -> BTreeSet<String> {
        edges.iter().flat_map(|(from, to)| to.iter().map(move |to| format!("{from} -> {to}"))).collect()
    };
    let (actual, listed) = (flat(actual), flat(listed));
    let new = actual
        .difference(&listed)
        .map(|edge| format!("+ {edge}   is in a Cargo.toml, but edges.txt does not allow it"));
    let old = listed
        .difference(&actual)
        .map(|edge| format!("- {edge}   is in edges.txt, but no Cargo.toml has it"));
    new.chain(old).collect()
}

#[test]
fn the_edges_are_those_that_are_listed() {
    let metadata = metadata();
    let (normal, build) = (DependencyKind::Normal, DependencyKind::Build);
    let mut found = differences(&actual(&metadata, normal), &listed("normal"));
    found.extend(differences(&actual(&metadata, build), &listed("build")));
    assert!(found.is_empty(), "the workspace's edges have changed:\n{}\n", found.join("\n"));
}

#[test]
fn tests_use_only_what_all_tests_may() {
    let metadata = metadata();
    let normal = actual(&metadata, DependencyKind::Normal);
    let for_all = &listed("dev")["*"];
    for (from, to) in actual(&metadata, DependencyKind::Development) {
        let strange = |to: &&String| !for_all.contains(*to) && !normal[&from].contains(*to);
        assert_eq!(to.iter().find(strange), None, "the tests of {from} may not use it");
    }
}

#[test]
fn a_new_edge_and_a_lost_one_are_told_apart() {
    let edges = |to: &str| Edges::from([("a".to_owned(), BTreeSet::from([to.to_owned()]))]);
    let found = differences(&edges("b"), &edges("c"));
    assert_eq!(found.len(), 2);
    assert!(found[0].starts_with("+ a -> b ") && found[1].starts_with("- a -> c "));
}

#[test]
fn every_crate_with_a_server_of_its_own_is_a_namespace() {
    let with_server = |package: &&cargo_metadata::Package| package.features.contains_key("server");
    let metadata = metadata();
    for package in metadata.packages.iter().filter(with_server) {
        assert!(namespaces().contains(package.name.as_str()), "{} is not in [namespaces]", package.name);
    }
}

#[test]
fn no_namespace_knows_another_nor_the_transport() {
    let metadata = metadata();
    let namespaces = namespaces();
    for (from, to) in actual(&metadata, DependencyKind::Normal) {
        let forbidden = |to: &&String| {
            namespaces.contains(*to) || ["homeroom-transport", "homeroom-auth"].contains(&to.as_str())
        };
        if namespaces.contains(&from) {
            assert_eq!(to.iter().find(forbidden), None, "{from} may not depend on it");
        }
        assert!(!to.contains("homeroom-gateway"), "{from} may not depend on the gateway");
    }
}

#[test]
fn a_domain_pulls_in_no_server() {
    let metadata = metadata();
    let mut domains = namespaces();
    domains.insert("homeroom-contract".to_owned());
    for domain in domains {
        let mut tree = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        tree.args(["tree", "--no-default-features", "--edges", "normal", "--prefix", "none", "-p", &domain]);
        let output = tree.current_dir(&metadata.workspace_root).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tree = String::from_utf8(output.stdout).unwrap();
        let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
        let servers: Vec<_> = SERVER.iter().filter(|name| names.contains(**name)).collect();
        assert!(
            servers.is_empty(),
            "{domain} without default features has {servers:?} in its tree; see `cargo tree -p {domain} --no-default-features -i NAME`"
        );
    }
}

/// The crates that are namespaces.
fn namespaces() -> BTreeSet<String> {
    lines("namespaces").map(str::to_owned).collect()
}
