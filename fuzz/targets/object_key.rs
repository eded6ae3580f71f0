//! What is parsed as an object key is written with the same text, and any app name becomes a key that is parsed again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mp_forwarding::contract::object_key::{ObjectKey, is_verification_object, safe_app_name};

fuzz_target!(|text: &str| {
    for folder in [None, Some("exports")] {
        let _ = is_verification_object(text, folder);
        if let Ok(key) = ObjectKey::parse(text, folder) {
            assert_eq!(key.to_string(), text, "{key:?}");
        }
    }
    assert!(!safe_app_name(text).contains('/'), "{text}");
});
