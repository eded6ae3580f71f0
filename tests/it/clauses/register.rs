//! The register of clauses holds the list of tests: none may be without.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use mp_forwarding::contract::clause::{CLAUSES, UNDEFINED};

/// The names of all tests in a folder.
fn tests_in(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_in(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let tests = text.split("#[test]\n").skip(1);
            names.extend(tests.filter_map(|test| Some(test.split_once("fn ")?.1.split_once('(')?.0.to_owned())));
        }
    }
}

#[test]
fn every_clause_and_every_choice_has_a_test_of_its_name() {
    let mut names = BTreeSet::new();
    tests_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"), &mut names);
    let ids = CLAUSES.iter().map(|clause| clause.id).chain(UNDEFINED.iter().map(|choice| choice.id));
    let untested = ids.filter(|id| {
        let name = id.to_lowercase().replace('-', "_");
        // A setting's test has its id for a name; that of a clause goes on to say what it shows.
        !names.contains(&name) && !names.iter().any(|test| test.starts_with(&format!("{name}_")) && name != *id)
    });
    assert_eq!(untested.collect::<Vec<_>>(), Vec::<&str>::new());
}
