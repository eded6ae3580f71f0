//! Lifecycle rules that delete or archive the export.

use jiff::Timestamp;

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::counted;
use crate::store::{Expiry, LifecycleRule};

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "lifecycle",
    clause: None,
    title: "lifecycle rules keep the export long enough",
    needs: &["s3:GetLifecycleConfiguration", "s3:GetBucketVersioning"],
    access: None,
    evaluate,
};

/// The prefix of a verification object's name.
const VERIFICATION: &str = "mParticle_Bucket_Verification_";

/// Rules select objects by prefix, size and tags; mParticle's objects have no tags.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let rules = snapshot.lifecycle.as_ref()?;
    let keep = snapshot.expected.keep_days;
    let folder =
        snapshot.expected.settings.connection.folder_name.as_ref().map(|folder| format!("{}/", folder.as_str()));
    let folder = folder.unwrap_or_default();
    let mut observed = Observed::new(match rules.len() {
        0 => "no rules".to_owned(),
        count => counted(count, "rule in force", "rules in force"),
    });
    for rule in rules.iter().filter(|rule| is_about_export(rule, &folder)) {
        let name = if rule.id.is_empty() { "a rule without a name".to_owned() } else { format!("`{}`", rule.id) };
        match &rule.expiry {
            Some(Expiry::Days(days)) if *days < keep => observed.warning(
                format!(
                    "{name} deletes the export after {}, but it must stay for {keep}",
                    counted(*days, "day", "days")
                ),
                "extend the period of the rule, restrict it to other keys, or set the shorter time with --keep-days",
            ),
            Some(Expiry::Date(date)) => observed.error(
                format!("{name} deletes the export {}", when(date, snapshot.at)),
                "use a number of days instead of a date",
            ),
            _ => {}
        }
        for (days, class) in rule.archives.iter().filter(|(days, _)| *days < keep) {
            observed.warning(
                format!(
                    "{name} moves the export to {class} after {}, where objects must be restored before they are read",
                    counted(*days, "day", "days")
                ),
                "extend the period of the rule, or use a storage class with immediate access",
            );
        }
    }
    let mut expiring = rules.iter().filter(|rule| rule.expiry.is_some() && is_about_export(rule, &folder));
    let removes_versions = |rule: &LifecycleRule| rule.noncurrent_days.is_some() && is_about_export(rule, &folder);
    if let Some(rule) = expiring.next()
        && matches!(snapshot.is_versioned, Ok(true))
        && !rules.iter().any(removes_versions)
    {
        let name = if rule.id.is_empty() { "a rule without a name".to_owned() } else { format!("`{}`", rule.id) };
        observed.warning(
            format!("{name} deletes the export, but the bucket keeps the deleted versions for ever"),
            "add `NoncurrentVersionExpiration` to the rule",
        );
    }
    let is_tidy = |rule: &LifecycleRule| rule.abort_uploads_after_days.is_some() && is_about_export(rule, &folder);
    if !rules.iter().any(is_tidy) {
        observed.note(
            "no rule deletes the parts of incomplete uploads, and you pay for their storage",
            "add a rule with `AbortIncompleteMultipartUpload` after 7 days",
        );
    }
    Ok(observed)
}

/// Whether the rule selects keys of export files: `[folder/][date/]name` (U-25). Verification objects are ignored
/// because they hold no data (ACC-6).
fn is_about_export(rule: &LifecycleRule, folder: &str) -> bool {
    let begins_a_key = |rest: &str| match rest.split_once('/') {
        Some((date, name)) => is_date_folder(date) && !name.contains('/'),
        None => !rest.starts_with(VERIFICATION),
    };
    !rule.needs_tags && (folder.starts_with(&rule.prefix) || rule.prefix.strip_prefix(folder).is_some_and(begins_a_key))
}

fn is_date_folder(text: &str) -> bool {
    text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if [4, 7].contains(&at) { byte == b'-' } else { byte.is_ascii_digit() })
}

fn when(date: &str, now: Timestamp) -> String {
    match date.parse::<Timestamp>() {
        Ok(day) if day <= now => format!("as soon as it is written, because its date is {date}"),
        _ => format!("all at once on {date}"),
    }
}
