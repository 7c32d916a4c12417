//! The demo, as it is without any configuration, and its lesson.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use crate::support::{Place, terminate};

/// A demo that is being served.
struct Served {
    child: Child,
    printed: String,
}

impl Served {
    /// Starts it and reads until the end of the snippet.
    fn start(place: &Place) -> Self {
        let mut command = place.command(&[]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut printed = String::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            printed.push_str(&line);
            printed.push('\n');
            if line == "})();" {
                break;
            }
        }
        Self { child, printed }
    }

    /// What stands behind a role in the list of people, and in the list of tokens.
    fn person(&self, role: &str) -> (&str, &str) {
        let after = |start: &str| {
            let line = self.printed.lines().find_map(|line| line.strip_prefix(start));
            line.unwrap_or_else(|| panic!("{role}: {}", self.printed)).trim_matches([' ', '"', ','])
        };
        (after(&format!("  {role:<10} ")), after(&format!("  {role}: \"")))
    }

    /// Asks it to stop; its exit code.
    fn terminate(mut self) -> Option<i32> {
        terminate(&self.child);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn the_demo_keeps_its_data_and_makes_fresh_tokens() {
    let place = Place::bare()
        .with("GATEWAY_LISTEN", "127.0.0.1:0")
        .with("GATEWAY_ADMIN_LISTEN", "127.0.0.1:0")
        .with("GATEWAY_TRANSPORT_DRAIN_SPREAD_MS", "10");
    let first = Served::start(&place);
    let people = |served: &Served| {
        ["teacher", "student", "parent", "principal"].map(|role| {
            let (user, token) = served.person(role);
            assert_eq!(token.split('.').count(), 3, "{token}");
            user.to_owned()
        })
    };
    let before = people(&first);
    assert_eq!(first.terminate(), Some(0));
    let key = std::fs::read_to_string(place.path().join("homeroom-data/key")).unwrap();
    assert!(key.len() >= 64);

    let second = Served::start(&place);
    assert_eq!(people(&second), before);
    assert_eq!(std::fs::read_to_string(place.path().join("homeroom-data/key")).unwrap(), key);
    let token = place.run(&["token", "--user", &before[0]]);
    assert_eq!(token.printed().trim_end().split('.').count(), 3);
}

#[test]
fn the_lesson_ends_well() {
    let place = Place::bare();
    let ended = place.run(&["demo"]);
    assert!(ended.printed().contains("Everyone received what they should."), "{ended:?}");
    assert!(!place.path().join("homeroom-data").exists(), "it plays in a district of its own");
}
