//! A settings file is accepted or refused, and its errors show nothing that has the form of a secret access key.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mp_forwarding::settings::Settings;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fuzz_target!(|text: &str| {
    for outcome in [Settings::from_toml(text), Settings::from_json(text)] {
        let shown = match outcome {
            Ok(settings) => format!("{settings:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!shown.contains(SECRET), "a secret is shown: {shown}");
    }
});
