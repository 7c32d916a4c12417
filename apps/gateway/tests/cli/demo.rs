//! The demo, as it is without any configuration, and its lesson.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use homeroom_testkit::StockClient;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

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

    /// What somebody who pastes the printed snippet sees: who received what, in which order. The times at which two people get
    /// the same event are not compared: each has a list of their own.
    fn paste(&self) -> Seen {
        let start = self.printed.find("const { io } = ").expect("a snippet");
        let seen = StockClient::JavaScript.run(&self.printed[start..]);
        let lines = seen.lines().map(|line| {
            let mut words = line.splitn(2, char::is_whitespace);
            let (who, rest) = (words.next().unwrap(), words.next().unwrap_or_default().trim_start());
            let (what, data) = rest.split_at(rest.find(['{', '"']).unwrap_or(rest.len()));
            (who.to_owned(), what.trim_end().to_owned(), data.parse().unwrap_or_else(|_| panic!("{seen}")))
        });
        Seen(lines.collect())
    }

    /// Asks it to stop; its exit code.
    fn terminate(mut self) -> Option<i32> {
        terminate(&self.child);
        self.child.wait().unwrap().code()
    }
}

/// Who saw what, with what in it.
struct Seen(Vec<(String, String, Value)>);

impl Seen {
    /// The names of what one of them saw.
    fn by(&self, who: &str) -> Vec<&str> {
        let of_person = self.0.iter().filter(|(person, ..)| person == who);
        of_person.map(|(_, what, _)| what.as_str()).collect()
    }

    /// It is what the README says: staff see the grade at once, the family when it is posted, and not what it was.
    #[track_caller]
    fn is_as_told(&self, student: &str) {
        let all = format!("{:#?}", self.0);
        let asked = ["> gradebook:join", "> lineitem:create", "> grade:set", "> grades:post"];
        let told = |who| self.by(who).into_iter().filter(|what| !what.starts_with("> ")).collect::<Vec<_>>();
        let (teachers, _): (Vec<_>, Vec<_>) = self
            .0
            .iter()
            .filter(|(who, ..)| who == "teacher")
            .partition(|(_, what, _)| what.starts_with("> "));
        assert!(teachers.iter().all(|(_, _, ack)| ack == "done"), "{all}");
        assert_eq!(teachers.iter().map(|(_, what, _)| what.as_str()).collect::<Vec<_>>(), asked, "{all}");
        for who in ["teacher", "principal"] {
            assert_eq!(told(who), ["lineitem.created", "grade.updated", "grade.posted"], "{who}: {all}");
        }
        for who in ["student", "parent"] {
            assert_eq!(told(who), ["grade.posted"], "{who}: {all}");
        }
        for (who, what, data) in self.0.iter().filter(|(_, what, _)| what.starts_with("grade.")) {
            assert_eq!((&data["studentId"], &data["score"]), (&student.into(), &17.into()), "{who} {what}");
            assert!(data.get("previousScore").is_none() || what == "grade.updated", "{who} {what}: {data}");
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Nothing is configured but ports that are free, and a quick end.
fn bare() -> Place {
    Place::bare()
        .with("GATEWAY_LISTEN", "127.0.0.1:0")
        .with("GATEWAY_ADMIN_LISTEN", "127.0.0.1:0")
        .with("GATEWAY_TRANSPORT_DRAIN_SPREAD_MS", "10")
}

#[test]
fn the_demo_keeps_its_data_and_makes_fresh_tokens() {
    let place = bare();
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

#[tokio::test]
async fn the_printed_snippet_shows_what_is_promised_even_after_the_grading_period() {
    let place = bare();
    let served = Served::start(&place);
    let student = served.person("student").0.to_owned();
    served.paste().is_as_told(&student);
    assert!(!served.printed.contains("brought up to today"));
    assert_eq!(served.terminate(), Some(0));

    // As if it had been made a quarter of a year ago.
    let file = SqliteConnectOptions::new().filename(place.path().join("homeroom-data/homeroom.db"));
    let mut database = file.connect().await.unwrap();
    let ended = "UPDATE academic_sessions SET end_date = begin_date, digest = 0 WHERE kind = 'gradingPeriod'";
    let ended = sqlx::query(ended).execute(&mut database).await.unwrap();
    assert_eq!(ended.rows_affected(), 4);
    database.close().await.unwrap();

    let again = Served::start(&place.with("JWT_ISSUER", "https://id.example").with("JWT_AUDIENCE", "us"));
    assert!(again.printed.contains("has been brought up to today"), "{}", again.printed);
    again.paste().is_as_told(&student);
}

#[test]
fn the_lesson_ends_well() {
    let place = Place::bare();
    let ended = place.run(&["demo"]);
    assert!(ended.printed().contains("Everyone received what they should."), "{ended:?}");
    assert!(!place.path().join("homeroom-data").exists(), "it plays in a district of its own");
}
