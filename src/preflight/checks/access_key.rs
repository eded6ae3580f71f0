//! The access key that mParticle has: whether it works, and how old it is (ACC-1).

use super::super::check::{Check, Judged, Seen, Unjudged, counted};
use super::super::sight::Sight;
use crate::report::AccessKind;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "access-key",
    clause: Some("ACC-1"),
    title: "the access key is active and not old",
    needs: &["iam:ListAccessKeys"],
    access: Some(AccessKind::UserBased),
    judge,
};

/// Of a key that is not in the settings, each active one may be the one that mParticle has.
fn judge(sight: &Sight) -> Judged {
    let Some(user) = &sight.user else { return Err(Unjudged::not_applicable("role-based access")) };
    let keys = user.keys.as_ref()?;
    let ours = |id: &str| user.key_id.as_deref().is_none_or(|key_id| key_id == id);
    let limit = sight.expected.key_age_days;
    let mut seen = Seen::new(counted(keys.len(), "key", "keys"));
    for key in keys.iter().filter(|key| ours(&key.id)) {
        if !key.active {
            if user.key_id.is_some() {
                seen.error(
                    format!("the key `{}` of the settings is inactive", masked(&key.id)),
                    "activate it, or give mParticle another: `aws iam update-access-key`",
                );
            }
            continue;
        }
        let Some(created) = key.created else { continue };
        let days = (sight.at.as_second() - created.as_second()).max(0) / 86_400;
        seen.text = format!("{}, {} old", counted(keys.len(), "key", "keys"), counted(days, "day", "days"));
        if days.unsigned_abs() > limit {
            seen.warning(
                format!("the key `{}` is {days} days old, {limit} are allowed", masked(&key.id)),
                "make a second key, give it to mParticle, and delete the first (terraform/modules/user-based rotates so)",
            );
        }
    }
    if let Some(key_id) = &user.key_id
        && !keys.iter().any(|key| key.id == *key_id)
    {
        seen.error(format!("the user has no key `{}`", masked(key_id)), "correct `configuration.access_key_id`");
    }
    if keys.iter().filter(|key| key.active).count() > 1 {
        seen.note("two keys are active", "delete the one that mParticle does not have, once it has the other");
    }
    Ok(seen)
}

/// Enough of a key's id to know it by: AWS shows a list of two at most.
fn masked(id: &str) -> String {
    let characters: Vec<char> = id.chars().collect();
    match characters.len() {
        0..=8 => "…".to_owned(),
        count => characters[..4].iter().chain(&['…']).chain(&characters[count - 4..]).collect(),
    }
}
