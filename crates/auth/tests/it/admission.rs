//! Who may be connected: the token's word, the one tenant, and the roster's word.

use homeroom_auth::{AuthConfig, AuthError};
use homeroom_contract::{
    Actor, BoxFuture, Code, Directory, Failure, RosterChange, RosterPosition, Standing, TenantId, Timestamp,
};
use serde_json::json;

use crate::support::{good, hs256, verifier, with};

/// A roster with one tenant, `d-1`, in which `t-1` is enabled and `t-2` isn't. It can be away.
struct OneDistrict {
    away: bool,
}

impl Directory for OneDistrict {
    fn standing<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<Standing, Failure>> {
        Box::pin(async move {
            Ok(match (actor.tenant.as_str(), actor.user().map(homeroom_contract::UserId::as_str)) {
                _ if self.away => return Err(Failure::new(Code::Unavailable, "The roster is away.")),
                (_, None) | ("d-1", Some("t-1")) => Standing::Active,
                ("d-1", Some("t-2")) => Standing::Disabled,
                _ => Standing::Unknown,
            })
        })
    }

    fn sole_tenant(&self) -> BoxFuture<'_, Result<Option<TenantId>, Failure>> {
        Box::pin(async { Ok(TenantId::new("d-1").ok()) })
    }

    fn position(&self, at: Timestamp) -> BoxFuture<'_, Result<RosterPosition, Failure>> {
        Box::pin(async move { Ok(RosterPosition { version: 0, at }) })
    }

    fn changes(
        &self,
        since: RosterPosition,
        _: Timestamp,
    ) -> BoxFuture<'_, Result<(Vec<RosterChange>, RosterPosition), Failure>> {
        Box::pin(async move { Ok((Vec::new(), since)) })
    }
}

async fn admit(claims: &serde_json::Value) -> Result<Actor, AuthError> {
    let roster = OneDistrict { away: false };
    let admitted = verifier(AuthConfig::default()).authenticate(&hs256(claims), &roster).await?;
    Ok(admitted.actor)
}

#[tokio::test]
async fn the_roster_has_to_know_a_person_and_not_a_service() {
    assert_eq!(admit(&good()).await.unwrap().tenant.as_str(), "d-1");
    assert!(matches!(admit(&with("sub", json!("t-3"))).await, Err(AuthError::Unknown(_))));
    assert!(matches!(admit(&with("districtId", json!("d-2"))).await, Err(AuthError::Unknown(_))));
    assert!(matches!(admit(&with("sub", json!("t-2"))).await, Err(AuthError::Disabled(_))));
    let mut service = with("sub", json!("reports"));
    service["scope"] = json!("gradebook:read");
    assert!(admit(&service).await.unwrap().has_scope("gradebook:read"));
}

#[tokio::test]
async fn the_one_tenant_is_taken_where_the_token_names_none() {
    assert_eq!(admit(&with("districtId", json!(null))).await.unwrap().tenant.as_str(), "d-1");
}

#[tokio::test]
async fn a_roster_that_is_away_is_not_taken_for_a_bad_token() {
    let refused =
        verifier(AuthConfig::default()).authenticate(&hs256(&good()), &OneDistrict { away: true }).await;
    assert_eq!(Failure::from(refused.unwrap_err()).code, Code::Unavailable);
}
