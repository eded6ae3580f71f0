//! Checks single lines of an export: yes or no. Needs no feature.

use mp_forwarding::contract::schema::{Edition, Form};
use mp_forwarding::validate::Validator;

fn main() {
    // Created once and shared by all threads.
    let validator = Validator::new(Edition { form: Form::Outbound, strict: false });
    assert!(validator.check_line(br#"{"events":[],"environment":"production"}"#));
    assert!(!validator.check_line(br#"{"events":[],"environment":"prod"}"#));

    // A checker reuses its buffers from line to line.
    let mut checker = validator.checker();
    let lines = "{\"environment\":\"development\"}\n{\"environment\":5}\n";
    let valid = lines.lines().filter(|line| checker.check_line(line.as_bytes())).count();
    println!("{valid} of 2 lines are valid");
}
