//! Answers like mParticle's identity service, with generated ids of users.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The answer to a request for the id of a user. The same known identities always have the same id; `None` if the body is not a
/// JSON object.
pub(super) fn identify(body: &[u8]) -> Option<Value> {
    let request: Value = serde_json::from_slice(body).ok()?;
    let known = request.as_object()?.get("known_identities").cloned().unwrap_or_default();
    let mut first = [0; 8];
    first.copy_from_slice(&Sha256::digest(known.to_string())[..8]);
    let is_logged_in = ["customerid", "email"].iter().any(|name| known[*name].is_string());
    Some(json!({
        "context": null,
        "mpid": (i64::from_be_bytes(first) & i64::MAX).to_string(),
        "matched_identities": {},
        "change_results": [],
        "is_ephemeral": false,
        "is_logged_in": is_logged_in,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_keeps_the_id() {
        let identify = |body: &str| identify(body.as_bytes());
        let one = identify(r#"{"request_id":"1","known_identities":{"customerid":"a"}}"#).unwrap();
        assert_eq!(identify(r#"{"request_id":"2","known_identities":{"customerid":"a"}}"#), Some(one.clone()));
        assert_ne!(identify(r#"{"known_identities":{"customerid":"b"}}"#), Some(one.clone()));
        assert!(one["mpid"].as_str().unwrap().parse::<i64>().unwrap() > 0 && one["is_logged_in"] == true);
        assert_eq!(identify("[]"), None);
    }
}
