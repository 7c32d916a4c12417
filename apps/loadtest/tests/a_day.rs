//! Whole days against a gateway in a process of its own, as an operator plays them.
#![cfg(test)]

use std::fs;
use std::process::{Command, Output};

use homeroom_contract::{Clock as _, SystemClock};
use homeroom_roster::generate::{District, Plan};
use homeroom_testkit::{Gateway, GatewayOptions};
use serde_json::Value;
use tempfile::TempDir;

/// A gateway with a district of that many students, which is in `district` in its folder.
fn school(students: u32) -> (TempDir, Gateway) {
    school_with(students, "GATEWAY_LIMITS_OFF", "true")
}

/// The same, and with that setting.
fn school_with(students: u32, name: &str, value: &str) -> (TempDir, Gateway) {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("school.db").display());
    let options = GatewayOptions::new(database).env("GATEWAY_LIMITS_OFF", "true").env(name, value);
    let gateway = Gateway::start(options);
    let today = SystemClock.now().to_utc().date_naive();
    let district = District::generate(&Plan::new(students, today));
    district.write_folder(&gateway.folder().join("district")).unwrap();
    let (code, out, err) = gateway.run(&["roster", "import", "district"]);
    assert_eq!(code, 0, "{out}{err}");
    (folder, gateway)
}

/// Plays a day of which the report is wanted too.
fn play(gateway: &Gateway, secret: &str, more: &[&str]) -> (Output, Value) {
    let out = gateway.folder().join("report.json");
    let mut day = Command::new(env!("CARGO_BIN_EXE_homeroom-loadtest"));
    day.current_dir(gateway.folder()).env("JWT_SECRET", secret);
    let quick = ["--for", "3s", "--lessons", "1"];
    day.args(["--url", &gateway.url(), "--roster", "district"]).args(quick).arg("--out");
    let output = day.arg(&out).args(more).output().unwrap();
    (output, serde_json::from_slice(&fs::read(&out).unwrap_or_default()).unwrap_or_default())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_short_day_is_played_and_kept() {
    let (_folder, gateway) = school(60);
    let many_cuts = ["--people", "60", "--lost-per-min", "600", "--grades-per-sec", "30"];
    let (output, report) = play(&gateway, gateway.tokens().secret(), &many_cuts);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}{}", text(&output.stderr));

    let count = |path: &str| {
        report.pointer(path).and_then(Value::as_u64).unwrap_or_else(|| panic!("{path}: {report}"))
    };
    assert_eq!(report["kept"], true);
    assert_eq!((count("/came"), count("/inAtTheEnd")), (60, 60));
    for part in ["teachers", "students", "guardians", "administrators"] {
        assert!(count(&format!("/people/{part}")) > 0, "{part}");
    }
    assert_eq!(count("/connects/times/count"), 60);
    assert_eq!(count("/deliveries/expected"), count("/deliveries/received"));
    assert!(count("/deliveries/expected") > count("/deliveries/changes") && count("/deliveries/changes") > 0);
    assert!(count("/returns/recovered/count") > 0, "connections were cut off, and their people are back");
    let commands = report["commands"].as_array().unwrap();
    let answered = |name: &str| {
        let of_name = commands.iter().filter(|command| command["name"] == name);
        of_name.filter_map(|command| command["tried"]["times"]["count"].as_u64()).sum::<u64>()
    };
    for name in
        ["gradebook:join", "lineitem:create", "grade:set", "grade:bulk-set", "grades:post", "cell:focus"]
    {
        assert!(answered(name) > 0, "{name}: {told}");
    }
    assert!(told.contains("bell grades:post") && told.contains("KEPT"), "{told}");
}

#[test]
fn whoever_is_let_into_more_than_the_export_gives_is_found() {
    let (_folder, gateway) = school(60);
    // As if the gateway let students in with the staff: those who were imported as aides are students in the export now.
    let file = gateway.folder().join("district/enrollments.csv");
    let enrollments = fs::read_to_string(&file).unwrap();
    assert!(enrollments.contains(",ext:aide,"), "there are aides");
    fs::write(&file, enrollments.replace(",ext:aide,", ",student,")).unwrap();
    let (output, report) =
        play(&gateway, gateway.tokens().secret(), &["--people", "1000", "--lost-per-min", "0"]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}{}", text(&output.stderr));
    assert!(report["deliveries"]["leaked"].as_u64().unwrap() > 0, "{report}");
    assert!(told.contains(" was let into class:") && told.contains("BROKEN"), "{told}");
}

#[test]
fn who_is_refused_a_class_is_not_passed_over() {
    let (_folder, gateway) = school(60);
    // To the gateway a student is in no class any more; the export has it otherwise.
    let file = gateway.folder().join("district/enrollments.csv");
    let all = fs::read_to_string(&file).unwrap();
    let student = all.lines().find(|line| line.contains(",student,")).unwrap().split(',').nth(5).unwrap();
    let without = |line: &&str| !line.split(',').any(|field| field == student);
    let kept: Vec<&str> = all.lines().filter(without).collect();
    fs::write(&file, kept.join("\n") + "\n").unwrap();
    let (code, out, err) = gateway.run(&["roster", "import", "district"]);
    assert_eq!(code, 0, "{out}{err}");
    fs::write(&file, all).unwrap();

    let (output, report) = play(
        &gateway,
        gateway.tokens().secret(),
        &["--people", "1000", "--lost-per-min", "0", "--settle", "2s"],
    );
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}{}", text(&output.stderr));
    let count = |field: &str| report[field].as_u64().unwrap();
    assert_eq!(report["deliveries"]["missing"], 0, "{told}");
    assert!(count("came") > count("inAtTheEnd"), "{told}");
    assert!(told.contains("were not in, with all of their classes") && told.contains("BROKEN"), "{told}");
}

#[test]
fn who_never_gets_in_is_not_passed_over() {
    let (_folder, gateway) = school_with(60, "GATEWAY_ENGINE_MAX_CONNECTIONS_PER_ADDRESS", "40");
    let people = ["--people", "60", "--lost-per-min", "0", "--settle", "2s"];
    let (output, report) = play(&gateway, gateway.tokens().secret(), &people);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}{}", text(&output.stderr));
    assert_eq!((&report["came"], &report["deliveries"]["missing"]), (&40.into(), &0.into()), "{told}");
    assert!(told.contains("20 people never got in") && told.contains("BROKEN"), "{told}");
}

#[test]
fn without_a_gateway_there_is_no_verdict() {
    let (_folder, gateway) = school(20);
    gateway.kill9();
    let (output, _) = play(&gateway, gateway.tokens().secret(), &[]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("homeroom-loadtest: nobody gets in: no connection to http://127.0.0.1:"), "{said}");
}

#[test]
fn with_another_secret_nobody_gets_in() {
    let (_folder, gateway) = school(20);
    let (output, _) = play(&gateway, "a secret that no gateway has ever heard of", &[]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("nobody gets in: refused"), "{said}");
}
