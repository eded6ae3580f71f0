//! Checks that mParticle's access key is active and not too old (ACC-1).

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::{AccessKey, KeyUse, Snapshot};
use crate::report::model::{Outcome, counted};
use crate::report::summary::AccessKind;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "access-key",
    clause: Some("ACC-1"),
    title: "the access key is active and not old",
    needs: &["iam:ListAccessKeys", "iam:GetAccessKeyLastUsed"],
    access: Some(AccessKind::UserBased),
    evaluate,
};

/// If the settings have no key, each active key may be mParticle's.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(user) = &snapshot.user else { return Err(Outcome::not_applicable("role-based access")) };
    let keys = user.keys.as_ref()?;
    let is_candidate = |id: &str| user.key_id.as_deref().is_none_or(|key_id| key_id == id);
    let limit = snapshot.expected.key_age_days;
    let mut observed = Observed::new(counted(keys.len(), "key", "keys"));
    for key in keys.iter().filter(|key| is_candidate(&key.id)) {
        if !key.active {
            if user.key_id.is_some() {
                observed.error(
                    format!("the key `{}` of the settings is inactive", masked(&key.id)),
                    "activate it with `aws iam update-access-key`, or give mParticle another",
                );
            }
            continue;
        }
        let Some(created) = key.created else { continue };
        let days = (snapshot.at.as_second() - created.as_second()).max(0).unsigned_abs() / 86_400;
        observed.seen = format!("{}, {} old", counted(keys.len(), "key", "keys"), counted(days, "day", "days"));
        if days > limit {
            observed.warning(
                format!("the key `{}` is {days} days old, more than the limit of {limit}", masked(&key.id)),
                "make a second key, give it to mParticle, and delete the first (terraform/modules/user-based does this)",
            );
        }
    }
    if let Some(key_id) = &user.key_id
        && !keys.iter().any(|key| key.id == *key_id)
    {
        observed.error(format!("the user has no key `{}`", masked(key_id)), "correct `configuration.access_key_id`");
    }
    let active: Vec<&AccessKey> = keys.iter().filter(|key| key.active).collect();
    if active.len() > 1 {
        let uses: Vec<String> = active.iter().map(|key| format!("`{}` {}", masked(&key.id), last_use(key))).collect();
        observed.note(
            format!("two keys are active: {}", uses.join(", ")),
            "wait until mParticle uses only the new one, then deactivate and delete the other",
        );
    }
    Ok(observed)
}

/// When and where the key was last used. This shows which of two keys mParticle uses.
fn last_use(key: &AccessKey) -> String {
    match &key.used {
        Ok(Some(KeyUse { at, service, region })) => {
            format!("was last used on {} for {service} in {region}", at.strftime("%Y-%m-%d %H:%M UTC"))
        }
        Ok(None) => "was never used".to_owned(),
        Err(why) => format!("has an unknown last use ({why})"),
    }
}

/// A part of the key's id. It is enough to recognise the key, because a user has at most two.
fn masked(id: &str) -> String {
    let characters: Vec<char> = id.chars().collect();
    match characters.len() {
        0..=8 => "…".to_owned(),
        count => characters[..4].iter().chain(&['…']).chain(&characters[count - 4..]).collect(),
    }
}
