//! `/auth`, for the platform's backends: what it answers. People have nothing to do here, and no room.

use homeroom_contract::{Actor, Admission, Failure, Limit, Namespace, Room, Routes};

use crate::application::{
    Auth, ban_user, issue_token, pardon_user, refresh_token, revoke_token, suspend_user, warn_user,
};

/// One backend logs a whole district in, in the morning.
const LOGINS: Limit = Limit::per_10s(5_000);

/// What moderators and scripts need at most.
const MODERATION: Limit = Limit::per_10s(500);

impl Namespace for Auth {
    const NAME: &'static str = "auth";

    fn routes() -> Routes<Self> {
        Routes::new()
            .command(issue_token)
            .limit(LOGINS)
            .command(refresh_token)
            .limit(LOGINS)
            .command(revoke_token)
            .limit(MODERATION)
            .command(ban_user)
            .limit(MODERATION)
            .command(suspend_user)
            .limit(MODERATION)
            .command(warn_user)
            .limit(MODERATION)
            .command(pardon_user)
            .limit(MODERATION)
    }

    async fn greet(&self, _: &Actor) -> Result<Vec<Room>, Failure> {
        Ok(Vec::new())
    }

    async fn admit(&self, _: &Actor, _: &Room) -> Result<Option<Admission>, Failure> {
        Ok(None)
    }
}
