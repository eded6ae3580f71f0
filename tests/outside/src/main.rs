//! Validates the lines of standard input and counts the valid ones.

use std::io::{self, BufRead};

use mp_forwarding::contract::schema::{Edition, Form};
use mp_forwarding::validate::Validator;

fn main() -> io::Result<()> {
    let validator = Validator::new(Edition { form: Form::Outbound, strict: false });
    let mut checker = validator.checker();
    let (mut lines, mut valid) = (0, 0);
    for line in io::stdin().lock().split(b'\n') {
        lines += 1;
        valid += u64::from(checker.check_line(&line?));
    }
    println!("{valid} of {lines} lines are valid");
    Ok(())
}
