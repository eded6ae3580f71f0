//! Each clause of the contract, and each choice where it is silent, has a test with its id that asserts something.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use mp_forwarding::contract::clause::{CLAUSES, UNDEFINED};

/// The functions in the sources of the tests.
#[derive(Default)]
struct Functions {
    /// The bodies of all functions with a name.
    bodies: BTreeMap<String, String>,
    /// The functions that the test harness runs.
    tests: BTreeSet<String>,
}

impl Functions {
    fn read_folder(&mut self, folder: &Path) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                self.read_folder(&path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                self.read(&fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// Reads a source that rustfmt has formatted.
    fn read(&mut self, source: &str) {
        let (mut lines, mut is_test) = (source.lines(), false);
        while let Some(line) = lines.next() {
            let declaration = line.trim_start();
            let indent = &line[..line.len() - declaration.len()];
            let declaration = declaration.trim_start_matches("pub(crate) ").trim_start_matches("async ");
            if let Some((name, _)) = declaration.strip_prefix("fn ").and_then(|rest| rest.split_once(['(', '<'])) {
                let end = format!("{indent}}}");
                let body = if line.ends_with('}') {
                    Vec::new()
                } else {
                    lines.by_ref().take_while(|line| *line != end).collect()
                };
                self.bodies.entry(name.to_owned()).or_default().push_str(&body.join("\n"));
                if is_test {
                    self.tests.insert(name.to_owned());
                }
            }
            is_test = matches!(declaration, "#[test]" | "#[tokio::test]") || is_test && declaration.starts_with("#[");
        }
    }

    /// Whether a function asserts something, itself or by calling other functions in the sources.
    fn asserts(&self, name: &str, seen: &mut BTreeSet<String>) -> bool {
        let Some(body) = self.bodies.get(name).filter(|_| seen.insert(name.to_owned())) else { return false };
        let is_part_of_a_name = |character: char| character.is_alphanumeric() || character == '_';
        let calls = body.match_indices('(').map(|(end, _)| {
            let start = body[..end].rfind(|character| !is_part_of_a_name(character)).map_or(0, |place| place + 1);
            &body[start..end]
        });
        body.contains("assert!(")
            || body.contains("assert_eq!(")
            || body.contains("assert_ne!(")
            || calls.into_iter().any(|called| self.asserts(called, seen))
    }

    /// Whether a test with this id asserts something. The test of a setting has the id as its name. The name of a
    /// clause's test continues with a description.
    fn has_test_of(&self, id: &str) -> bool {
        let name = id.to_lowercase().replace('-', "_");
        let names_it = |test: &str| test == name || name != id && test.starts_with(&format!("{name}_"));
        self.tests.iter().any(|test| names_it(test) && self.asserts(test, &mut BTreeSet::new()))
    }
}

#[test]
fn every_clause_and_every_choice_has_a_test_of_its_name() {
    let mut functions = Functions::default();
    functions.read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"));
    let ids = CLAUSES.iter().map(|clause| clause.id).chain(UNDEFINED.iter().map(|choice| choice.id));
    let untested = ids.filter(|id| !functions.has_test_of(id));
    assert_eq!(untested.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn a_test_that_asserts_nothing_does_not_count() {
    let mut functions = Functions::default();
    functions.read(
        "#[test]\nfn lay_1_empty() {}\n\n#[test]\nfn lay_2_only_runs() {\n    run(1);\n}\n\n#[test]\nfn lay_3_asserts() {\n    \
         check(1);\n}\n\nfn check(number: u8) {\n    assert_eq!(number, 1);\n}\n\nfn lay_4_not_a_test() {\n    check(1);\n}\n\n\
         #[test]\nfn send_as_batch() {\n    check(1);\n}\n",
    );
    let tested = ["LAY-1", "LAY-2", "LAY-3", "LAY-4", "send_as_batch"].map(|id| functions.has_test_of(id));
    assert_eq!(tested, [false, false, true, false, true]);
}
