//! The deployed bucket policy against the expected one, statement by statement (ACC-3).

use super::super::check::{Check, Judged, Seen, Unjudged, counted};
use super::super::deployed::Deployed;
use super::super::sight::Sight;
use crate::access::Policy;
use crate::access::drift::{Difference, compare};
use crate::access::input::PolicyFolder;
use crate::access::policy::Effect;
use crate::access::render::{Edition, Inputs, Kind, render};
use crate::report::{AccessKind, FaultSeverity};

pub(in crate::preflight) const CHECK: Check = Check {
    id: "policy-drift",
    clause: Some("ACC-3"),
    title: "the bucket policy is the expected one",
    needs: &["s3:GetBucketPolicy"],
    access: Some(AccessKind::RoleBased),
    judge,
};

/// A policy that was expected, and in what the deployed one differs.
struct Candidate {
    edition: Edition,
    folder: Option<PolicyFolder>,
    differences: Vec<Difference>,
}

/// What is written in another way and does the same is a note, and so is what nobody expects: whether it harms mParticle is
/// another check's question.
fn judge(sight: &Sight) -> Judged {
    let Some(deployed) = Deployed::of(sight)? else {
        return Err(Unjudged::not_applicable("there is no bucket policy"));
    };
    let Some(roles) = deployed.roles(sight) else {
        return Err(Unjudged::not_applicable("no pod is named, and the policy tells none"));
    };
    let expected = &sight.expected;
    let connection = &expected.settings.connection;
    let mut inputs = Inputs::new(connection.s3_bucket_name.clone());
    inputs.partition = expected.partition;
    inputs.roles = Some(roles);
    let folder = connection.folder_name.clone().and_then(|folder| PolicyFolder::try_from(folder).ok());
    let mut candidates = Vec::new();
    for edition in Edition::ALL {
        // The nearest of those that AWS takes, unless one is named.
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
        return Err(Unjudged::skip("no policy can be rendered for these settings: see `mp-forwarding policy render`"));
    };
    Ok(nearest.told(sight))
}

fn candidate(edition: Edition, folder: Option<PolicyFolder>, inputs: &Inputs, deployed: &Policy) -> Option<Candidate> {
    let document = render(Kind::Bucket, edition, inputs).ok()?;
    let expected = Policy::from_value(&document).ok()?;
    Some(Candidate { edition, folder, differences: compare(&expected, deployed) })
}

impl Candidate {
    /// What is lost counts before what is merely other, and that before what nobody expects.
    fn distance(&self) -> (usize, usize, usize) {
        let count = |is_such: fn(&Difference) -> bool| self.differences.iter().filter(|one| is_such(one)).count();
        let lost = count(|difference| match difference {
            Difference::Missing { effect_is_kept, .. } | Difference::Changed { effect_is_kept, .. } => !effect_is_kept,
            Difference::Extra { .. } => false,
        });
        let extra = count(|difference| matches!(difference, Difference::Extra { .. }));
        (lost, self.differences.len() - extra, extra)
    }

    fn told(self, sight: &Sight) -> Seen {
        let connection = &sight.expected.settings.connection;
        let edition = self.edition.as_str();
        let mut command = format!("mp-forwarding policy render bucket --bucket {}", connection.s3_bucket_name);
        command += &format!(" --pod {}", sight.expected.pod.map_or("POD", |pod| pod.name.as_str()));
        if self.edition != Edition::Strict {
            command += &format!(" --edition {edition}");
        }
        if let Some(folder) = &self.folder {
            command += &format!(" --folder '{}'", folder.as_str());
        }
        let remedy = format!("deploy what `{command} --merge deployed.json` prints");
        let mut seen = Seen::new(match self.distance() {
            (0, 0, 0) => format!("the {edition} edition"),
            (0, 0, others) => {
                format!("the {edition} edition, and {} of others", counted(others, "statement", "statements"))
            }
            (0, ..) => format!("the {edition} edition in other words"),
            (lost, ..) => format!("{} of the {edition} edition not in force", counted(lost, "statement", "statements")),
        });
        for difference in self.differences {
            tell(&mut seen, difference, &remedy);
        }
        seen
    }
}

fn tell(seen: &mut Seen, difference: Difference, remedy: &str) {
    let severity = |effect, kept| match (kept, effect) {
        (true, _) => FaultSeverity::Note,
        (false, Effect::Allow) => FaultSeverity::Error,
        (false, Effect::Deny) => FaultSeverity::Warning,
    };
    let same = |kept| if kept { ", and other statements do the same" } else { "" };
    match difference {
        Difference::Missing { expected, effect, effect_is_kept: kept } => {
            let message = format!("missing: {expected}{}", same(kept));
            seen.find(severity(effect, kept), message, if kept { "" } else { remedy });
        }
        Difference::Changed { expected, deployed, effect, parts, effect_is_kept: kept, grants_more } => {
            let name = if expected == deployed { expected } else { format!("{expected}, deployed as {deployed}") };
            let message = format!("changed: {name}: {}", parts.join("; "));
            match (kept, grants_more) {
                (false, _) => seen.find(severity(effect, kept), message, remedy),
                (true, true) => seen.warning(format!("{message}, which allows more than is expected"), remedy),
                (true, false) => seen.note(message + same(kept), ""),
            }
        }
        Difference::Extra { deployed, effect: Effect::Deny, .. } => {
            seen.note(format!("extra: {deployed} denies, and nobody here expects it"), "");
        }
        Difference::Extra { deployed, grants_more: true, .. } => {
            seen.warning(format!("extra: {deployed} allows mParticle more than is expected"), remedy);
        }
        // Other people may have their own rights; `exposure` looks at whom they let in.
        Difference::Extra { effect: Effect::Allow, .. } => {}
    }
}
