//! The fast check, the published schema and the explanation agree on a line in all four editions.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mp_forwarding::contract::schema::{Edition, Form, SchemaValidator};
use mp_forwarding::validate::{Explainer, Validator};

const EDITIONS: [Edition; 4] = [
    Edition { form: Form::Outbound, strict: false },
    Edition { form: Form::Outbound, strict: true },
    Edition { form: Form::Inbound, strict: false },
    Edition { form: Form::Inbound, strict: true },
];

type Readers = (Edition, Validator, Explainer, SchemaValidator);

static READERS: LazyLock<Vec<Readers>> = LazyLock::new(|| {
    let readers = |edition| (edition, Validator::new(edition), Explainer::new(edition), SchemaValidator::of(edition));
    EDITIONS.map(readers).into()
});

// The schemas are compiled before the time of the first input counts.
fuzz_target!(init: { LazyLock::force(&READERS); }, |line: &[u8]| {
    for (edition, validator, explainer, schema) in READERS.iter() {
        let is_valid = validator.check_line(line);
        let faults = explainer.explain(line);
        assert_eq!(is_valid, faults.is_empty(), "{edition:?}: {faults:?}");
        if is_valid && let Ok(document) = serde_json::from_slice(line) {
            assert!(schema.is_valid(&document), "{edition:?}: the schema refuses it");
        }
    }
});
