//! ACC-6: the content of a verification object.

use super::definition::{CaseResult, Definition, place};

pub(super) const OBJECTS: Definition = Definition {
    id: "verification-objects",
    clause: "ACC-6",
    title: "verification objects hold `{}`",
    consequence_of: &[],
    evaluate: |snapshot| {
        if snapshot.verification_objects.is_empty() {
            return CaseResult::not_applicable("no verification object was written");
        }
        let mut result = CaseResult::default();
        for object in snapshot.verification_objects {
            result.saw("verification object(s)", 1);
            if object.text.as_deref().ok() != Some(b"{}") {
                result.wrong(place(object, None), "a verification object must hold `{}` and nothing else");
            }
        }
        result
    },
};
