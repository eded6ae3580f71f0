//! Every validation, precondition and postcondition of the modules has a run that expects it to fail, and each is
//! necessary: if a condition is changed to be always true, that run must fail.

use std::fs;
use std::path::Path;

use crate::support::terraform::Terraform;

/// One condition.
struct Condition {
    /// The name in `expect_failures`, for instance `var.folder`.
    owner: String,
    file: &'static str,
    /// The lines of the condition, from 0.
    from: usize,
    to: usize,
}

/// The name of a block in `expect_failures`, from its first line.
fn owner(header: &str) -> Option<String> {
    let words: Vec<&str> = header.strip_suffix(" {")?.split(' ').map(|word| word.trim_matches('"')).collect();
    match words.as_slice() {
        ["variable", name] => Some(format!("var.{name}")),
        ["output", name] => Some(format!("output.{name}")),
        ["resource", kind, name] => Some(format!("{kind}.{name}")),
        ["data", kind, name] => Some(format!("data.{kind}.{name}")),
        ["check", name] => Some(format!("check.{name}")),
        _ => None,
    }
}

fn conditions(module: &Path) -> Vec<Condition> {
    let mut found = Vec::new();
    for file in ["main.tf", "outputs.tf", "variables.tf"] {
        let text = fs::read_to_string(module.join(file)).unwrap();
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let mut current = None;
        for (number, line) in lines.iter().enumerate() {
            if !line.starts_with(' ') && line.ends_with(" {") {
                current = owner(line);
            }
            if ["validation {", "precondition {", "postcondition {", "assert {"].contains(&line.trim()) {
                let place =
                    |name: &str| number + lines[number..].iter().position(|l| l.trim().starts_with(name)).unwrap();
                let owner = current.clone().unwrap_or_else(|| panic!("{file}:{number}: whose condition is this?"));
                found.push(Condition { owner, file, from: place("condition"), to: place("error_message") });
            }
        }
    }
    found
}

/// A test file with only the runs that expect this failure. None if there is no such run.
fn only(text: &str, owner: &str) -> Option<String> {
    let mut parts = text.split("\nrun \"");
    let preamble = parts.next().unwrap_or_default();
    let expected = format!("expect_failures = [{owner}]");
    let runs: Vec<&str> = parts.filter(|run| run.contains(&expected)).collect();
    (!runs.is_empty()).then(|| format!("{preamble}\nrun \"{}", runs.join("\nrun \"")))
}

fn are_each_needed(terraform: &Terraform, module: &str) {
    let folder = format!("modules/{module}");
    terraform.init(&folder);
    let path = terraform.folder().join(&folder);
    let conditions = conditions(&path);
    for Condition { owner, file, from, to } in &conditions {
        let proof = path.join("proof");
        fs::create_dir_all(&proof).unwrap();
        let mut runs = 0;
        for test in fs::read_dir(path.join("tests")).unwrap().map(|test| test.unwrap().path()) {
            if let Some(text) = only(&fs::read_to_string(&test).unwrap(), owner) {
                fs::write(proof.join(test.file_name().unwrap()), text).unwrap();
                runs += 1;
            }
        }
        let place = format!("{folder}/{file}:{}: {owner}", from + 1);
        assert!(runs > 0, "{place}: no run expects this to fail");

        let good = fs::read_to_string(path.join(file)).unwrap();
        let lines: Vec<&str> = good.lines().collect();
        let about = if owner.starts_with("var.") { owner } else { "var.bucket_name" };
        let always = format!("condition = can({about})");
        let changed = [&lines[..*from], &[always.as_str()], &lines[*to..]].concat().join("\n");
        fs::write(path.join(file), changed).unwrap();
        let run = terraform.try_run(&folder, &["test", "-test-directory=proof"]);
        assert!(!run.succeeded, "{place}: every run passes without this condition\n{}", run.stdout);
        assert!(run.stdout.contains("... in progress"), "{place}: the runs did not begin\n{}", run.stderr);

        fs::write(path.join(file), good).unwrap();
        fs::remove_dir_all(proof).unwrap();
    }
    println!("{module}: {} conditions, each missed by a run when it is gone", conditions.len());
    assert!(!conditions.is_empty());
}

#[test]
fn each_condition_of_the_module_that_needs_no_provider_has_a_run_that_misses_it() {
    let Some(terraform) = Terraform::installed() else { return };
    are_each_needed(&terraform, "policies");
}

#[test]
fn each_condition_of_the_other_modules_has_a_run_that_misses_it() {
    let Some(terraform) = Terraform::with_provider() else { return };
    for module in ["reader", "role-based", "user-based"] {
        are_each_needed(&terraform, module);
    }
}
