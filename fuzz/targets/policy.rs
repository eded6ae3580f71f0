//! A policy is parsed, written, parsed again to the same text, and linted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mp_forwarding::access::{Policy, canonical};

fuzz_target!(|text: &str| {
    if let Ok(policy) = Policy::parse(text) {
        let again = Policy::parse(policy.text()).expect("the text of a policy is a policy");
        assert_eq!(again.text(), policy.text());
        let _ = (policy.kind(), policy.name());
    }
    if let Ok(document) = serde_json::from_str(text) {
        let first = canonical(&document);
        let again = serde_json::from_str(&first).expect("canonical JSON is JSON");
        assert_eq!(canonical(&again), first);
    }
});
