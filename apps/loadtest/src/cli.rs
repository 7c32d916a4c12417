//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use homeroom_contract::TenantId;

/// Plays a school day against a gateway and reports.
///
/// People of a district connect, teachers grade, a bell rings, some lose their connection and come back, everyone goes home.
/// In the end it says how quick everything was, and whether everyone received what is theirs, once, in order, and nobody
/// anything else.
///
/// It writes line items and grades: take a gateway and a district that are there for this.
#[expect(clippy::doc_markdown, reason = "these are help texts, which have no markup")]
#[derive(Debug, Clone, Parser)]
#[command(name = "homeroom-loadtest", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Cli {
    /// The gateway, or a proxy in front of several, such as http://127.0.0.1:3000. Given several times, people go to each in
    /// turn
    #[arg(long = "url", value_name = "URL", required = true)]
    pub(crate) urls: Vec<String>,
    /// The OneRoster export that was imported there: a zip or a folder
    #[arg(long, value_name = "PATH")]
    pub(crate) roster: PathBuf,
    /// The district to play; needed only if the export has several
    #[arg(long, value_name = "ID")]
    pub(crate) district: Option<TenantId>,
    /// How many people come, class by class, if the district has so many
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) people: u32,
    /// How many of them connect in a second
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) connects_per_sec: u32,
    /// How many grades are set in a second, by all teachers together; at the bell it is more
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) grades_per_sec: u32,
    /// How long the lessons last together: 10s, 5m or 1h
    #[arg(long = "for", value_name = "TIME", default_value = "60s", value_parser = time)]
    pub(crate) lasts: Duration,
    /// How many lessons; a bell ends each
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) lessons: u32,
    /// How many people of a hundred lose their connection in each minute of the lessons
    #[arg(long, value_name = "PERCENT", default_value_t = 10)]
    pub(crate) lost_per_min: u32,
    /// How long to wait in the end, at most, for what is still on its way; after that it is missing
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = time)]
    pub(crate) settle: Duration,
    /// The same seed takes the same people and classes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// A file with the secret that tokens are signed with; without it, the environment's JWT_SECRET
    #[arg(long, value_name = "PATH")]
    pub(crate) secret_file: Option<PathBuf>,
    /// The `iss` of the tokens, if the gateway asks for one
    #[arg(long, value_name = "TEXT")]
    pub(crate) issuer: Option<String>,
    /// The `aud` of the tokens, if the gateway asks for one
    #[arg(long, value_name = "TEXT")]
    pub(crate) audience: Option<String>,
    /// Where to write the report as JSON too
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

const EXIT_CODES: &str = "\
Exit codes: 0 every acknowledged change reached everyone whom it concerns, once and in order, and nobody else; 1 something
was missing, doubled, out of order, or received by somebody who must not, or somebody did not get in, into a class of
theirs, or back; 2 there is no verdict: the command line, a file or the secret is wrong, the gateway is not there or lets nobody in, or it acknowledged nothing.";

/// `90s`, `15m`, `1h`; at most a day.
fn time(text: &str) -> Result<Duration, String> {
    let day = Duration::from_secs(1)..=Duration::from_hours(24);
    let time = humantime::parse_duration(text).ok().filter(|time| day.contains(time));
    time.ok_or_else(|| format!("`{text}` is not a time such as 90s, 15m or 1h"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn people_come_one_after_the_other() {
        let with = |rate| {
            let words = ["loadtest", "--url", "http://h", "--roster", "r", "--connects-per-sec", rate];
            Cli::try_parse_from(words)
        };
        assert_eq!(with("1000000").unwrap().connects_per_sec, 1_000_000);
        for bad in ["0", "1000001", "4000000000"] {
            with(bad).unwrap_err();
        }
    }

    #[test]
    fn times_have_a_unit_and_are_at_most_a_day() {
        assert_eq!(time("90s").unwrap(), Duration::from_secs(90));
        assert_eq!(time("24h").unwrap(), Duration::from_hours(24));
        for bad in ["", "1", "h", "0s", "-1s", "1.h", "25h", "99999999999999999999h"] {
            time(bad).unwrap_err();
        }
    }
}
