//! What has to be in a token, what may be, and whom it is read to be.

use homeroom_auth::{AuthConfig, AuthError};
use homeroom_contract::{Code, Failure, Subject, TenantId};
use serde_json::json;

use crate::support::{NOW, good, hs256, verifier, verify, with};

#[test]
fn the_subject_is_sub_and_without_it_user_id() {
    let both = with("userId", json!("other"));
    assert_eq!(verify(&both).unwrap().subject.as_str(), "t-1");
    let only = json!({ "userId": "t-2", "exp": NOW + 60 });
    assert_eq!(verify(&only).unwrap().subject.as_str(), "t-2");
    for bad in [json!(null), json!(""), json!("a\nb"), json!("x".repeat(256))] {
        assert!(matches!(verify(&with("sub", bad.clone())), Err(AuthError::Claim("sub"))), "{bad}");
    }
    assert!(verify(&with("sub", json!(7))).is_err());
}

#[test]
fn the_district_may_be_left_out_where_there_is_one_tenant() {
    let claims = verify(&with("districtId", json!(null))).unwrap();
    assert!(matches!(claims.actor(None), Err(AuthError::NoDistrict)));
    let sole = TenantId::new("d-9").unwrap();
    assert_eq!(claims.actor(Some(&sole)).unwrap().tenant, sole);
    let named = verify(&good()).unwrap();
    assert_eq!(named.actor(Some(&sole)).unwrap().tenant.as_str(), "d-1");
    assert!(matches!(verify(&with("districtId", json!(""))), Err(AuthError::Claim("districtId"))));
}

#[test]
fn a_scope_makes_a_service_of_it() {
    for scope in
        [json!("gradebook:write notifications:send"), json!(["gradebook:write", "notifications:send"])]
    {
        let actor = verify(&with("scope", scope)).unwrap().actor(None).unwrap();
        assert!(actor.has_scope("gradebook:write") && actor.has_scope("notifications:send"));
        assert_eq!(actor.user(), None);
    }
    let powerless = verify(&with("scope", json!(""))).unwrap().actor(None).unwrap();
    assert!(matches!(powerless.subject, Subject::Service(service) if service.scopes.is_empty()));
    let person = verify(&good()).unwrap().actor(None).unwrap();
    assert_eq!(person.user().unwrap().as_str(), "t-1");
}

#[test]
fn the_issuer_has_to_be_the_configured_one() {
    let config = AuthConfig { issuer: Some("https://id.example".to_owned()), ..AuthConfig::default() };
    let verifier = verifier(config);
    assert!(verifier.verify(&hs256(&with("iss", json!("https://id.example")))).is_ok());
    for wrong in [json!(null), json!("https://id.example/"), json!("")] {
        assert!(matches!(verifier.verify(&hs256(&with("iss", wrong))), Err(AuthError::Claim("iss"))));
    }
}

#[test]
fn the_audience_has_to_be_among_the_tokens() {
    let verifier = verifier(AuthConfig { audience: Some("homeroom".to_owned()), ..AuthConfig::default() });
    for right in [json!("homeroom"), json!(["other", "homeroom"])] {
        assert!(verifier.verify(&hs256(&with("aud", right))).is_ok());
    }
    for wrong in [json!(null), json!("other"), json!([]), json!("homeroom other")] {
        assert!(matches!(verifier.verify(&hs256(&with("aud", wrong))), Err(AuthError::Claim("aud"))));
    }
}

#[test]
fn a_token_for_somebody_else_is_not_called_expired() {
    let verifier = verifier(AuthConfig { audience: Some("homeroom".to_owned()), ..AuthConfig::default() });
    let expired = hs256(&with("exp", json!(NOW - 60)));
    assert!(matches!(verifier.verify(&expired), Err(AuthError::Claim("aud"))));
}

#[test]
fn a_token_has_a_most_of_bytes() {
    let token = hs256(&good());
    let limited = |max_token_bytes| verifier(AuthConfig { max_token_bytes, ..AuthConfig::default() });
    assert!(limited(token.len()).verify(&token).is_ok());
    let refused = limited(token.len() - 1).verify(&token);
    assert!(matches!(refused, Err(AuthError::TooLong { limit }) if limit == token.len() - 1));
}

#[test]
fn a_client_learns_a_code_and_nothing_internal() {
    let failure = |error: AuthError| Failure::from(error);
    let expired = failure(verify(&with("exp", json!(NOW - 60))).unwrap_err());
    assert_eq!(
        serde_json::to_value(&expired).unwrap(),
        json!({
            "success": false, "error": "The token has expired.", "code": "TOKEN_EXPIRED",
        })
    );
    let unsigned = failure(verifier(AuthConfig::default()).verify("a.b.c").unwrap_err());
    let nobody = failure(verify(&with("sub", json!(null))).unwrap_err());
    let plain = json!({ "success": false, "error": "The token is not accepted.", "code": "UNAUTHENTICATED" });
    assert_eq!(serde_json::to_value(&unsigned).unwrap(), plain);
    assert_eq!(serde_json::to_value(&nobody).unwrap(), plain);
    assert_eq!(failure(AuthError::Missing).code, Code::Unauthenticated);
}
