//! ACC-6: what a verification object holds.

use super::definition::{Promise, Verdict};

pub(super) const OBJECTS: Promise = Promise {
    name: "verification-objects",
    clause: "ACC-6",
    title: "verification objects hold `{}`",
    consequence_of: &[],
    check: |evidence| {
        let mut verdict = Verdict::default();
        for object in evidence.verification_objects {
            verdict.saw("verification objects", 1);
            if object.text.as_deref().ok() != Some(b"{}") {
                let message = "a verification object must hold `{}` and nothing else".to_owned();
                verdict.findings.push(evidence.finding("ACC-6", object, None, message));
            }
        }
        if verdict.seen.is_empty() {
            return Verdict::not_applicable("no verification object was written");
        }
        verdict
    },
};
