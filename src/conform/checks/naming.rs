//! NAME-1: names of files.

use jiff::SignedDuration;

use super::definition::{CaseResult, Definition, Snapshot, place};
use crate::contract::object_key::ObjectName;

pub(super) const NAMES: Definition = Definition {
    id: "file-names",
    clause: "NAME-1",
    title: "file names",
    consequence_of: &[],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        for object in snapshot.objects {
            result.saw("name(s)", 1);
            check_name(snapshot, object.key.rsplit('/').next().unwrap_or_default())
                .unwrap_or_else(|(expected, found)| result.unexpected(place(object, None), expected, found));
        }
        result
    },
};

/// The tolerated difference between two clocks. Every time zone differs from UTC by more.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

pub(super) const TIMES: Definition = Definition {
    id: "file-times",
    clause: "NAME-1",
    title: "times in names are the time of forwarding, in UTC",
    consequence_of: &[],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        let (begun, ended) = snapshot.run_time;
        for object in snapshot.objects {
            let name = object.key.rsplit('/').next().unwrap_or_default();
            let Ok(ObjectName { forwarded_at: named, .. }) = name.parse() else { continue };
            result.saw("time(s)", 1);
            let off = begun.duration_since(named).max(named.duration_since(ended));
            if off > SKEW {
                let expected = format!("a time in the name between {begun} and {ended}");
                result.unexpected(place(object, None), expected, format!("{named}, which differs by {off:#}"));
            }
        }
        result
    },
};

/// Checks the name. The error is the expected and the found value.
fn check_name(snapshot: &Snapshot<'_>, name: &str) -> Result<(), (String, String)> {
    let parsed: ObjectName =
        name.parse().map_err(|error| ("a file name of the export".to_owned(), format!("{error}")))?;
    let settings = &snapshot.scenario.settings;
    let wanted = settings.connection.use_compression && settings.engine.gzip_suffix;
    if parsed.gz != wanted {
        let ending = if wanted { ".txt.gz" } else { ".txt" };
        let expected = format!("a name that ends in `{ending}`, because of use_compression and `engine.gzip_suffix`");
        return Err((expected, format!("`{name}`")));
    }
    if let Some(app) = &settings.engine.app_name {
        let wanted = ObjectName::new(app, parsed.forwarded_at, parsed.number, parsed.gz).app_name;
        if parsed.app_name != wanted {
            return Err((format!("the app name `{wanted}` of `engine.app_name`"), format!("`{}`", parsed.app_name)));
        }
    }
    Ok(())
}
