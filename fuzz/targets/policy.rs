//! The policies of a document are found, parsed and linted, and canonical JSON stays as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mp_forwarding::access::lint::{Expectations, lint};
use mp_forwarding::access::{Policy, canonical, documents};

fuzz_target!(|text: &str| {
    for found in documents(text).unwrap_or_default().found {
        let first = canonical(&found.value);
        let again = serde_json::from_str(&first).expect("canonical JSON is JSON");
        assert_eq!(canonical(&again), first);
        let Ok(policy) = Policy::from_value(&found.value) else { continue };
        let again = Policy::from_value(&again).expect("the canonical text of a policy is a policy");
        assert_eq!((again.kind(), again.statements.len()), (policy.kind(), policy.statements.len()));
        let _ = lint(&policy, first.len(), &Expectations::default());
    }
});
