//! Validates a file of an export, plain or gzip, and prints what is wrong. Needs the feature `explain`.

use std::path::Path;

use mp_forwarding::contract::schema::{Edition, Form};
use mp_forwarding::validate::{Options, validate_path, validate_reader};

fn main() {
    let options = Options::new(Edition { form: Form::Outbound, strict: false });

    // A file, a folder, or a pattern such as `export/**/*.txt`.
    let path = std::env::args().nth(1).unwrap_or_else(|| "examples/export.txt".to_owned());
    let report = validate_path(Path::new(&path), &options);
    for finding in &report.findings {
        println!("{}: {}", finding.check, finding.message);
    }
    println!("{path}: {}", report.verdict().as_str());

    // Any reader.
    let text: &[u8] = b"{\"environment\":\"production\"}\n";
    assert!(validate_reader("example", text, &options).is_ok());
}
