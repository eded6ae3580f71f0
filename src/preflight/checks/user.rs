//! Whose key mParticle has (ACC-1).

use super::super::check::{Check, Judged, Seen, Unjudged};
use super::super::sight::Sight;
use crate::report::AccessKind;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "user",
    clause: Some("ACC-1"),
    title: "the key is an IAM user's",
    needs: &[],
    access: Some(AccessKind::UserBased),
    judge,
};

/// A key of the account's root opens everything and cannot be confined.
fn judge(sight: &Sight) -> Judged {
    let Some(user) = &sight.user else { return Err(Unjudged::not_applicable("role-based access")) };
    if user.key_id.is_none() {
        let named = sight.expected.settings.engine.iam_user.as_deref().unwrap_or_default();
        return Err(Unjudged::skip(format!(
            "the key of `{named}` is not in the settings, so nothing was asked with it"
        )));
    }
    let caller = user.caller.as_ref()?;
    let mut seen = Seen::new(caller.arn.as_str());
    let of_iam = caller.arn.split(':').nth(2) == Some("iam");
    if caller.arn.ends_with(":root") {
        seen.error(
            "the key in the settings is the account's root: whoever has it may do anything",
            "delete that key, and make one for an IAM user with `terraform/modules/user-based`",
        );
    } else if !(of_iam && caller.arn.contains(":user/")) {
        seen.error(
            format!("the key in the settings is no IAM user's but `{}`'s", caller.arn),
            "give mParticle the key of an IAM user",
        );
    }
    let named = sight.expected.settings.engine.iam_user.as_deref();
    if let Some(named) = named
        && caller.arn.rsplit('/').next() != Some(named)
    {
        seen.error(
            format!("the key in the settings is that of `{}` and not of `{named}`", caller.arn),
            "correct `engine.iam_user`, or the key",
        );
    }
    Ok(seen)
}
