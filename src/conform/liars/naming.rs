//! Liars about names (NAME-1).

use super::edit;
use super::lie::{Liar, Lie};
use super::stage::Stage;

pub(super) const LIARS: &[Liar] = &[
    Liar::new(
        "no-microseconds",
        "file-names",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::time_and_number(object, |time, number| (time[..14].to_owned(), number.to_owned()))
        }),
        "leaves the microseconds out of names",
    ),
    Liar::new(
        "four-digits",
        "file-names",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::time_and_number(object, |time, number| (time.to_owned(), number[1..].to_owned()))
        }),
        "draws numbers of four digits",
    ),
    Liar::new(
        "six-digits",
        "file-names",
        Stage::Plain,
        Lie::Writes(|_, object| edit::time_and_number(object, |time, number| (time.to_owned(), format!("1{number}")))),
        "draws numbers of six digits",
    ),
    Liar::new(
        "json-ending",
        "file-names",
        Stage::Plain,
        Lie::Writes(|_, object| edit::name(object, |name| name.replace(".txt", ".json"))),
        "ends names in .json",
    ),
    Liar::new(
        "gz-ending",
        "file-names",
        Stage::Gzip,
        Lie::Obeys(|settings| settings.engine.gzip_suffix = true),
        "ends compressed files in .gz without being told to",
    ),
    Liar::new(
        "local-time",
        "file-times",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::time_and_number(object, |time, number| {
                (time.replacen("2026030102", "2026022821", 1), number.to_owned())
            })
        }),
        "names files by the clock on its wall, five hours behind UTC",
    ),
];
