//! Mutants of file names (NAME-1).

use super::edit::time_and_number;
use crate::conform::mutants::fixture::Fixture::Gzip;
use crate::conform::mutants::mutant::Mutant;
use crate::conform::mutants::mutant::Mutation::{Name, Settings};

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "no-microseconds",
        "file-names",
        "omits the microseconds in names",
        Name(|name| time_and_number(name, |time, number| format!("{}_{number}", &time[..14]))),
    ),
    Mutant::new(
        "four-digits",
        "file-names",
        "draws numbers of four digits",
        Name(|name| time_and_number(name, |time, number| format!("{time}_{}", &number[1..]))),
    ),
    Mutant::new(
        "six-digits",
        "file-names",
        "draws numbers of six digits",
        Name(|name| time_and_number(name, |time, number| format!("{time}_1{number}"))),
    ),
    Mutant::new("json-ending", "file-names", "ends names in .json", Name(|name| name.replace(".txt", ".json"))),
    Mutant::new(
        "gz-ending",
        "file-names",
        "ends compressed files in .gz although gzip_suffix is off",
        Settings(|settings| settings.engine.gzip_suffix = true),
    )
    .on(Gzip),
    Mutant::new(
        "local-time",
        "file-times",
        "names files by a local clock, five hours behind UTC",
        Name(|name| name.replacen("2026030102", "2026022821", 1)),
    ),
];
