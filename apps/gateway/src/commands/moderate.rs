//! `gateway ban`, `gateway pardon`, `gateway revoke`: written to the database, from where running nodes hear of it.

use std::process::ExitCode;
use std::sync::Arc;

use homeroom_auth::{Auth, BanUser, Gate, Order, PardonUser, Pardoned, RevokeToken};
use homeroom_contract::{Directory as _, TenantId};
use homeroom_journal::Database;
use homeroom_roster::Roster;

use crate::cli::{BanArgs, RevokeArgs, WhomArgs};
use crate::compose;
use crate::config::Config;
use crate::stop::Stop;

/// Bans a person or an address.
pub(crate) async fn ban(config: &Config, args: BanArgs) -> Result<ExitCode, Stop> {
    let desk = Desk::open(config).await?;
    match (args.whom.user, args.whom.address) {
        (_, Some(address)) => {
            let done = desk.auth.ban_address(address, args.reason, args.lasts).await;
            done.map_err(|error| Stop::failed("the address could not be banned", &error))?;
        }
        (Some(user_id), None) => {
            let seconds = |lasts: std::time::Duration| u32::try_from(lasts.as_secs()).unwrap_or(u32::MAX);
            let ban = BanUser { user_id, reason: args.reason, duration_sec: args.lasts.map(seconds) };
            desk.order(args.whom.district, Order::Ban(ban)).await?;
        }
        // Clap asks for one of them.
        (None, None) => {}
    }
    desk.close().await
}

/// Lets a person or an address in again.
pub(crate) async fn pardon(config: &Config, whom: WhomArgs) -> Result<ExitCode, Stop> {
    let desk = Desk::open(config).await?;
    match (whom.user, whom.address) {
        (_, Some(address)) => {
            let lifted = desk.auth.pardon_address(address).await;
            if !lifted.map_err(|error| Stop::failed("the address could not be pardoned", &error))? {
                return Err(Stop::impossible(format!("{address} is not banned")));
            }
        }
        (Some(user_id), None) => {
            let name = user_id.to_string();
            let pardon = Order::Pardon(PardonUser { user_id });
            match desk.order(whom.district, pardon).await? {
                Some(Pardoned { lifted: false, forgotten: 0 }) => {
                    let nothing = format!("{name} is neither banned nor suspended, and has no violations");
                    return Err(Stop::impossible(nothing));
                }
                Some(Pardoned { lifted: true, forgotten }) => {
                    println!("{name} may be here again. Violations forgotten: {forgotten}.");
                }
                Some(Pardoned { lifted: false, forgotten }) => {
                    println!("{name} was neither banned nor suspended. Violations forgotten: {forgotten}.");
                }
                None => {}
            }
        }
        (None, None) => {}
    }
    desk.close().await
}

/// Makes tokens worthless.
pub(crate) async fn revoke(config: &Config, args: RevokeArgs) -> Result<ExitCode, Stop> {
    let desk = Desk::open(config).await?;
    let revoke =
        RevokeToken { jti: args.token, session_id: args.session, user_id: args.user, expires_at: None };
    desk.order(args.district, Order::Revoke(revoke)).await?;
    desk.close().await
}

/// What an operator's orders are carried out with.
struct Desk {
    database: Database,
    roster: Roster,
    auth: Auth,
}

impl Desk {
    async fn open(config: &Config) -> Result<Self, Stop> {
        let database = compose::database(config, config.database_url()?).await?;
        let (journal, roster) = (compose::journal(config, &database), compose::roster(config, &database));
        let gate = Arc::new(Gate::unread(journal, compose::clock(), config.auth.clone()));
        let auth = compose::auth(config, gate, &roster, None)?;
        Ok(Self { database, roster, auth })
    }

    /// Of a pardon, what it lifted.
    async fn order(&self, district: Option<TenantId>, order: Order) -> Result<Option<Pardoned>, Stop> {
        let district = if let Some(district) = district {
            district
        } else {
            let sole = self.roster.sole_tenant().await;
            let sole = sole.map_err(|error| Stop::failed("the roster does not answer", &error))?;
            sole.ok_or_else(|| {
                Stop::impossible("there is not exactly one district: name it with --district")
            })?
        };
        let done = self.auth.order(&district, order).await;
        done.map_err(|error| Stop::failed("it could not be done", &error))
    }

    async fn close(self) -> Result<ExitCode, Stop> {
        self.database.close().await;
        println!("Done. Running nodes follow within two seconds.");
        Ok(ExitCode::SUCCESS)
    }
}
