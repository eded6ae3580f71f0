//! Rules by which what was written goes again.

use jiff::Timestamp;

use super::super::check::{Check, Judged, Seen, counted};
use super::super::sight::Sight;
use crate::store::{Expiry, LifecycleRule};

pub(in crate::preflight) const CHECK: Check = Check {
    id: "lifecycle",
    clause: None,
    title: "what is written stays long enough",
    needs: &["s3:GetLifecycleConfiguration"],
    access: None,
    judge,
};

/// How the name of a verification object begins.
const VERIFICATION: &str = "mParticle_Bucket_Verification_";

/// Objects are deleted by prefix, size and tags; mParticle's have no tags.
fn judge(sight: &Sight) -> Judged {
    let rules = sight.lifecycle.as_ref()?;
    let keep = sight.expected.keep_days;
    let folder = sight.expected.settings.connection.folder_name.as_ref().map(|folder| format!("{}/", folder.as_str()));
    let folder = folder.unwrap_or_default();
    let mut seen = Seen::new(match rules.len() {
        0 => "no rules".to_owned(),
        count => counted(count, "rule in force", "rules in force"),
    });
    for rule in rules.iter().filter(|rule| is_about_export(rule, &folder)) {
        let name = if rule.id.is_empty() { "a rule without a name".to_owned() } else { format!("`{}`", rule.id) };
        match &rule.expiry {
            Some(Expiry::Days(days)) if *days < keep => seen.warning(
                format!(
                    "{name} deletes the export after {}, and it must stay for {keep}",
                    counted(*days, "day", "days")
                ),
                "lengthen the rule, confine it to other keys, or say with --keep-days what is meant",
            ),
            Some(Expiry::Date(date)) => seen.error(
                format!("{name} deletes the export {}", when(date, sight.at)),
                "give the rule a number of days in place of a date",
            ),
            _ => {}
        }
        for (days, class) in rule.archives.iter().filter(|(days, _)| *days < keep) {
            seen.warning(
                format!(
                    "{name} moves the export to {class} after {}, where it must be restored before it is read",
                    counted(*days, "day", "days")
                ),
                "lengthen the rule, or use a class that is read at once",
            );
        }
    }
    let is_tidy = |rule: &LifecycleRule| rule.abort_uploads_after_days.is_some() && is_about_export(rule, &folder);
    if !rules.iter().any(is_tidy) {
        seen.note(
            "no rule removes the parts of uploads that never ended, and they are paid for",
            "add a rule with `AbortIncompleteMultipartUpload` after 7 days",
        );
    }
    Ok(seen)
}

/// Whether the rule is about keys that a file of the export can have: `[folder/][date/]name` (U-25). The verification object
/// is nobody's data (ACC-6).
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
        Ok(day) if day <= now => format!("as soon as it is written: its day was {date}"),
        _ => format!("all at once on {date}"),
    }
}
