//! What an operator does from the command line, with the same rules, and by address. Running nodes hear of it as of all else.

use std::net::IpAddr;
use std::time::Duration;

use homeroom_contract::{TenantId, client_of};

use super::violation::own_call;
use super::{
    Auth, BanUser, MODERATE, PardonUser, Pardoned, REVOKE, RevokeToken, SuspendUser, ban_user, pardon_user,
    revoke_token, suspend_user,
};
use crate::AuthError;
use crate::domain::{FOR_GOOD, Kind, Restriction, end_of};
use crate::store::{next_version, restrictions};

/// As whom an operator is in the journal.
const OPERATOR: &str = "operator";

/// What an operator can do to people and addresses.
#[derive(Debug)]
pub enum Order {
    /// `user:ban`.
    Ban(BanUser),
    /// `user:suspend`.
    Suspend(SuspendUser),
    /// `user:pardon`.
    Pardon(PardonUser),
    /// `token:revoke`.
    Revoke(RevokeToken),
}

impl Auth {
    /// Carries out an operator's order in that district; of a pardon, what it lifted.
    pub async fn order(&self, tenant: &TenantId, order: Order) -> Result<Option<Pardoned>, AuthError> {
        let at = self.gate.clock.now();
        let call =
            own_call(tenant, OPERATOR, &[MODERATE, REVOKE], at).map_err(|_| AuthError::Claim("sub"))?;
        let auth = self.clone();
        match order {
            Order::Ban(ban) => ban_user(auth, call, ban).await.map(|_| None),
            Order::Suspend(suspend) => suspend_user(auth, call, suspend).await.map(|_| None),
            Order::Pardon(pardon) => {
                pardon_user(auth, call, pardon).await.map(|done| Some(done.into_reply()))
            }
            Order::Revoke(revoke) => revoke_token(auth, call, revoke).await.map(|_| None),
        }
    }

    /// Bans an address in every district, for good if no time is given. A loopback address is refused: it is the proxy's, and
    /// with it everybody's.
    pub async fn ban_address(
        &self,
        address: IpAddr,
        reason: String,
        lasts: Option<Duration>,
    ) -> Result<(), AuthError> {
        if address.to_canonical().is_loopback() {
            return Err(AuthError::Loopback);
        }
        self.check_text("reason", &reason)?;
        let at = self.gate.clock.now();
        let restriction = Restriction {
            tenant: None,
            kind: Kind::Address,
            subject: client_of(address).to_string(),
            begins_at: at,
            ends_at: end_of(at, lasts.unwrap_or(FOR_GOOD)),
            reason,
            made_by: OPERATOR.to_owned(),
        };
        let mut conn = self.gate.journal.database().begin().await?;
        let version = next_version(&mut conn).await?;
        restrictions::put(&mut conn, version, &restriction).await?;
        Ok(conn.commit().await?)
    }

    /// Lifts the ban of an address; false if there was none.
    pub async fn pardon_address(&self, address: IpAddr) -> Result<bool, AuthError> {
        let at = self.gate.clock.now();
        let subject = client_of(address).to_string();
        let mut conn = self.gate.journal.database().begin().await?;
        let version = next_version(&mut conn).await?;
        let lifted = restrictions::lift(&mut conn, version, "", &[Kind::Address], &subject, at).await?;
        conn.commit().await?;
        Ok(lifted)
    }
}
