//! Compares the deployed bucket policy with the expected one, statement by statement (ACC-3).

use crate::access::Policy;
use crate::access::drift::{Difference, compare};
use crate::access::input::PolicyFolder;
use crate::access::policy::Effect;
use crate::access::render::{Edition, Inputs, Kind, render};
use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::deployed::Deployed;
use crate::preflight::snapshot::Snapshot;
use crate::report::model::{Outcome, Severity, counted};
use crate::report::summary::AccessKind;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "policy-drift",
    clause: Some("ACC-3"),
    title: "the bucket policy is the expected one",
    needs: &["s3:GetBucketPolicy"],
    access: Some(AccessKind::RoleBased),
    evaluate,
};

/// An expected policy and its differences from the deployed one.
struct Candidate {
    edition: Edition,
    folder: Option<PolicyFolder>,
    differences: Vec<Difference>,
}

/// A differently written statement with the same effect is a note, and so is an unexpected statement. `may-write`
/// checks whether it affects mParticle.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(deployed) = Deployed::of(snapshot)? else {
        return Err(Outcome::not_applicable("there is no bucket policy"));
    };
    let Some(roles) = deployed.roles(snapshot) else {
        return Err(Outcome::not_applicable("no pod was given, and the policy names none"));
    };
    let expected = &snapshot.expected;
    let connection = &expected.settings.connection;
    let mut inputs = Inputs::new(connection.s3_bucket_name.clone());
    inputs.partition = expected.partition;
    inputs.roles = Some(roles);
    let folder = connection.folder_name.clone().and_then(|folder| PolicyFolder::try_from(folder).ok());
    let mut candidates = Vec::new();
    for edition in Edition::ALL {
        // The closest edition for AWS, unless one was given.
        let is_meant = expected.edition.map_or(edition != Edition::Minio, |named| named == edition);
        for folder in [folder.clone(), None] {
            let is_possible = folder.is_none() || edition != Edition::Documented;
            if is_meant && is_possible {
                inputs.folder = folder.clone();
                inputs.source_vpces =
                    if edition == Edition::Strict { expected.source_vpces.clone() } else { Vec::new() };
                candidates.extend(candidate(edition, folder, &inputs, &deployed.policy));
            }
        }
    }
    let Some(nearest) = candidates.into_iter().min_by_key(Candidate::distance) else {
        return Err(Outcome::skip("no policy can be rendered for these settings: see `mp-forwarding policy render`"));
    };
    Ok(nearest.observed(snapshot, &deployed))
}

fn candidate(edition: Edition, folder: Option<PolicyFolder>, inputs: &Inputs, deployed: &Policy) -> Option<Candidate> {
    let document = render(Kind::Bucket, edition, inputs).ok()?;
    let expected = Policy::from_value(&document).ok()?;
    Some(Candidate { edition, folder, differences: compare(&expected, deployed) })
}

impl Candidate {
    /// Lost effects count first, then changed statements, then unexpected ones.
    fn distance(&self) -> (usize, usize, usize) {
        let count = |is_such: fn(&Difference) -> bool| self.differences.iter().filter(|one| is_such(one)).count();
        let lost = count(|difference| match difference {
            Difference::Missing { effect_is_kept, .. } | Difference::Changed { effect_is_kept, .. } => !effect_is_kept,
            Difference::Extra { .. } => false,
        });
        let extra = count(|difference| matches!(difference, Difference::Extra { .. }));
        (lost, self.differences.len() - extra, extra)
    }

    fn observed(self, snapshot: &Snapshot, deployed: &Deployed) -> Observed {
        let connection = &snapshot.expected.settings.connection;
        let edition = self.edition.as_str();
        let (bucket, pod) = (&connection.s3_bucket_name, snapshot.expected.pod_name());
        let mut command = format!("mp-forwarding policy render bucket --bucket {bucket} --pod {pod}");
        if self.edition != Edition::Strict {
            command += &format!(" --edition {edition}");
        }
        if let Some(folder) = &self.folder {
            command += &format!(" --folder '{}'", folder.as_str());
        }
        let remedy = deployed.merge_remedy(snapshot, &command);
        let mut observed = Observed::new(match self.distance() {
            (0, 0, 0) => format!("the {edition} edition"),
            (0, 0, others) => {
                format!("the {edition} edition and {}", counted(others, "other statement", "other statements"))
            }
            (0, ..) => format!("the {edition} edition, written differently"),
            (lost, ..) => format!("{} of the {edition} edition not in force", counted(lost, "statement", "statements")),
        });
        for difference in self.differences {
            add(&mut observed, difference, &remedy);
        }
        observed
    }
}

fn add(observed: &mut Observed, difference: Difference, remedy: &str) {
    let severity = |effect, kept| match (kept, effect) {
        (true, _) => Severity::Note,
        (false, Effect::Allow) => Severity::Error,
        (false, Effect::Deny) => Severity::Warning,
    };
    let same = |kept| if kept { ", and other statements do the same" } else { "" };
    match difference {
        Difference::Missing { expected, effect, effect_is_kept: kept } => {
            let message = format!("missing: {expected}{}", same(kept));
            observed.add(severity(effect, kept), message, if kept { "" } else { remedy });
        }
        Difference::Changed { expected, deployed, effect, parts, effect_is_kept: kept, grants_more } => {
            let name = if expected == deployed { expected } else { format!("{expected}, deployed as {deployed}") };
            let message = format!("changed: {name}: {}", parts.join("; "));
            match (kept, grants_more) {
                (false, _) => observed.add(severity(effect, kept), message, remedy),
                (true, true) => observed.warning(format!("{message}, which allows more than expected"), remedy),
                (true, false) => observed.note(message + same(kept), ""),
            }
        }
        Difference::Extra { deployed, effect: Effect::Deny, .. } => {
            observed.note(format!("extra: {deployed} denies, and is not expected"), "");
        }
        Difference::Extra { deployed, grants_more: true, .. } => {
            observed.warning(format!("extra: {deployed} allows mParticle more than expected"), remedy);
        }
        // Others may have their own grants. The check `exposure` lists them.
        Difference::Extra { effect: Effect::Allow, .. } => {}
    }
}
