//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::NaiveDate;
use clap::{ArgGroup, Args, Parser, Subcommand};
use homeroom_contract::{TenantId, UserId};
use homeroom_roster::RefusedLimit;

use crate::config;

/// The real-time gateway of a school platform.
///
/// Without any configuration it runs a demo: a generated district in ./homeroom-data, tokens to try it with, and a snippet
/// to paste. With DATABASE_URL and a key it is a production node.
#[expect(clippy::doc_markdown, reason = "these are help texts, which have no markup")]
#[derive(Debug, Parser)]
#[command(name = "gateway", version, after_long_help = config::help(), max_term_width = 100)]
pub(crate) struct Cli {
    /// The configuration file; GATEWAY_CONFIG otherwise
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) config: Option<PathBuf>,
    /// Check the configuration, print what is in force (secrets masked) and exit
    #[arg(long, global = true)]
    pub(crate) check_config: bool,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What to do.
#[expect(clippy::doc_markdown, reason = "these are help texts, which have no markup")]
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve until SIGTERM or SIGINT (this is the default)
    Serve,
    /// Play a short lesson against a gateway of its own and print what each person receives
    Demo,
    /// Print a token for a person, signed with JWT_SECRET (without any configuration: with the demo's key)
    Token(TokenArgs),
    /// Bring a roster in, or make one up
    #[command(subcommand)]
    Roster(RosterCommand),
    /// Bring the database's schema up to date
    Migrate,
    /// Ban a person or an address; running nodes follow within two seconds
    Ban(BanArgs),
    /// Lift a person's ban and suspension, or the ban of an address
    Pardon(WhomArgs),
    /// Make tokens worthless: one, those of a session, or all that a person has
    Revoke(RevokeArgs),
    /// Write OpenAPI, AsyncAPI and JSON Schema files
    Schema {
        /// The folder to write to; made if it is not there
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// For whom, and for how long.
#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    /// The person, by the sourcedId in users.csv; with --scope, the service's name
    #[arg(long, value_name = "ID")]
    pub(crate) user: UserId,
    /// The district; only a deployment with one may do without
    #[arg(long, value_name = "ID")]
    pub(crate) district: Option<TenantId>,
    /// How long it is good: 90s, 15m, 1h or 7d
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = time)]
    pub(crate) ttl: Duration,
    /// A right, such as gradebook:write; makes it a service's token. May be given several times
    #[arg(long, value_name = "RIGHT")]
    pub(crate) scope: Vec<String>,
}

/// Whom to keep out, or to let in again: a person or an address.
#[derive(Debug, Args)]
pub(crate) struct WhomArgs {
    /// The person, by the sourcedId in users.csv
    #[arg(long, value_name = "ID", required_unless_present = "address", conflicts_with = "address")]
    pub(crate) user: Option<UserId>,
    /// The district; only a deployment with one may do without
    #[arg(long, value_name = "ID")]
    pub(crate) district: Option<TenantId>,
    /// An address, for every district; a whole school may sit behind it
    #[arg(long, value_name = "IP")]
    pub(crate) address: Option<IpAddr>,
}

/// Whom to ban, for how long, and why.
#[derive(Debug, Args)]
pub(crate) struct BanArgs {
    #[command(flatten)]
    pub(crate) whom: WhomArgs,
    /// For how long: 90s, 15m, 1h or 7d; without it for good
    #[arg(long = "for", value_name = "TIME", value_parser = time)]
    pub(crate) lasts: Option<Duration>,
    /// Why, in a sentence that the person is told
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// Which tokens to revoke.
#[derive(Debug, Args)]
#[group(skip)]
#[command(group = ArgGroup::new("tokens").required(true).args(["user", "session", "token"]))]
pub(crate) struct RevokeArgs {
    /// All tokens of a person that were issued until now, or of a service by its name
    #[arg(long, value_name = "ID")]
    pub(crate) user: Option<UserId>,
    /// The tokens of a session, by their sid
    #[arg(long, value_name = "SID")]
    pub(crate) session: Option<String>,
    /// One token, by its jti
    #[arg(long, value_name = "JTI")]
    pub(crate) token: Option<String>,
    /// The district; only a deployment with one may do without
    #[arg(long, value_name = "ID")]
    pub(crate) district: Option<TenantId>,
}

/// What to do with a roster.
#[derive(Debug, Subcommand)]
pub(crate) enum RosterCommand {
    /// Import OneRoster CSV (1.1 or 1.2): a zip, or a folder. All of it or nothing; exit code 2 if it is refused
    Import(ImportArgs),
    /// Make up a district and write it as OneRoster 1.2 CSV
    Generate(GenerateArgs),
}

/// What to import, and how strictly.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The zip or the folder
    pub(crate) path: PathBuf,
    /// Say what would happen, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Apply the good rows if no more rows than this are refused: a number, or a share such as 2%
    #[arg(long, value_name = "N|N%", default_value = "0")]
    pub(crate) max_refused: RefusedLimit,
    /// The district that the source is for; needed only where orgs.csv doesn't say it
    #[arg(long, value_name = "ID")]
    pub(crate) district: Option<TenantId>,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How big, and where to.
#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    /// How many students
    #[arg(long, value_name = "N")]
    pub(crate) students: u32,
    /// The zip to write
    #[arg(long, value_name = "FILE.zip")]
    pub(crate) out: PathBuf,
    /// The same seed makes the same district
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The day that the district lives on, YYYY-MM-DD; today in UTC otherwise
    #[arg(long, value_name = "DAY")]
    pub(crate) today: Option<NaiveDate>,
}

/// `90s`, `15m`, `1h`, `7d`.
fn time(text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text).ok().filter(|time| !time.is_zero());
    time.ok_or_else(|| format!("`{text}` is not a time such as 90s, 15m, 1h or 7d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    #[test]
    fn tokens_are_revoked_in_the_district_that_is_named() {
        let parse = |args: &[&str]| Cli::try_parse_from([&["gateway", "revoke"], args].concat());
        assert!(parse(&["--user", "s-1", "--district", "d-1"]).is_ok());
        assert!(parse(&["--district", "d-1"]).is_err());
    }

    #[test]
    fn times_have_a_unit_and_are_not_nothing() {
        assert_eq!(time("90s").unwrap(), Duration::from_secs(90));
        assert_eq!(time("7d").unwrap(), Duration::from_hours(168));
        for bad in
            ["", "1", "h", "0h", "-1h", "1.h", "1 fortnight", "99999999999999999999d", "9999999999999999999d"]
        {
            assert!(time(bad).is_err(), "{bad}");
        }
    }
}
