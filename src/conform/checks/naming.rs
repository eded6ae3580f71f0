//! NAME-1: what files are called.

use jiff::SignedDuration;

use super::definition::{Evidence, Promise, Verdict};
use crate::contract::object_key::ObjectName;

pub(super) const NAMES: Promise = Promise {
    name: "file-names",
    clause: "NAME-1",
    title: "file names",
    consequence_of: &[],
    check: |evidence| {
        let mut verdict = Verdict::default();
        for object in evidence.objects {
            verdict.saw("names", 1);
            if let Err(error) = check(evidence, &object.key) {
                verdict.findings.push(evidence.finding("NAME-1", object, None, error));
            }
        }
        verdict
    },
};

/// So far two clocks may be apart; no time zone is that near to UTC.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

pub(super) const TIMES: Promise = Promise {
    name: "file-times",
    clause: "NAME-1",
    title: "names tell when files were forwarded, in UTC",
    consequence_of: &[],
    check: |evidence| {
        let mut verdict = Verdict::default();
        let (begun, ended) = evidence.worked;
        for object in evidence.objects {
            let name = object.key.rsplit('/').next().unwrap_or_default();
            let Ok(ObjectName { forwarded_at: told, .. }) = name.parse() else { continue };
            verdict.saw("times", 1);
            let off = begun.duration_since(told).max(told.duration_since(ended));
            if off > SKEW {
                let message = format!(
                    "the name says {told}, which is {off:#} from when the file was forwarded ({begun} to {ended})"
                );
                verdict.findings.push(evidence.finding("NAME-1", object, None, message));
            }
        }
        verdict
    },
};

fn check(evidence: &Evidence<'_>, key: &str) -> Result<(), String> {
    let name = key.rsplit('/').next().unwrap_or_default();
    let parsed: ObjectName = name.parse().map_err(|error| format!("{error}"))?;
    let settings = &evidence.scenario.settings;
    let wanted = settings.connection.use_compression && settings.engine.gzip_suffix;
    if parsed.gz != wanted {
        let ending = if wanted { ".txt.gz" } else { ".txt" };
        return Err(format!(
            "the name `{name}` must end in `{ending}`, as use_compression and `engine.gzip_suffix` say"
        ));
    }
    if let Some(app) = &evidence.scenario.settings.engine.app_name
        && parsed.app_name != ObjectName::new(app, parsed.forwarded_at, parsed.number, parsed.gz).app_name
    {
        return Err(format!("the app name `{}` is not the one that `engine.app_name` asks for", parsed.app_name));
    }
    Ok(())
}
