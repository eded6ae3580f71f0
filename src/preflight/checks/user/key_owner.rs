//! Checks to which principal mParticle's access key belongs (ACC-1).

use crate::arn::Arn;
use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::Outcome;
use crate::report::summary::AccessKind;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "user",
    clause: Some("ACC-1"),
    title: "the access key belongs to an IAM user",
    needs: &[],
    access: Some(AccessKind::UserBased),
    evaluate,
};

/// A key of the account's root user allows everything and cannot be restricted.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(user) = &snapshot.user else { return Err(Outcome::not_applicable("role-based access")) };
    let named = snapshot.expected.settings.engine.iam_user.as_deref();
    if user.key_id.is_none() {
        return Err(Outcome::skip(format!("the settings have no access key of `{}`", named.unwrap_or_default())));
    }
    let arn = &user.caller.as_ref()?.arn;
    let mut observed = Observed::new(arn.as_str());
    let parsed = Arn::parse(arn).ok().filter(|arn| arn.service == "iam");
    if parsed.is_some_and(|arn| arn.resource == "root") {
        observed.error(
            "the access key in the settings is the account root's, which may do anything",
            "delete that key, and make one for an IAM user with `terraform/modules/user-based`",
        );
    } else if parsed.and_then(|arn| arn.name_of("user")).is_none() {
        observed.error(
            format!("the access key in the settings belongs to `{arn}`, which is not an IAM user"),
            "give mParticle the key of an IAM user",
        );
    }
    if let Some(named) = named
        && arn.rsplit('/').next() != Some(named)
    {
        observed.error(
            format!("the access key in the settings belongs to `{arn}` instead of `{named}`"),
            "correct `engine.iam_user`, or the key",
        );
    }
    Ok(observed)
}
