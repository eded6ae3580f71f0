//! Every validation, precondition and postcondition of the modules has a run that expects it to fail, and each is
//! necessary: if a condition is changed to be always true, that run must fail. Each round changes one condition of each owner.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::terraform::Terraform;
use crate::terraform_modules::MODULES;

/// It depends on an answer of S3, which a mock does not give: `the_key_of_objects_is_kept_until_asked` tests it.
const ON_MOTO: &str = "aws_s3_bucket_server_side_encryption_configuration.this";

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

/// The runs of a test file that expect one of these failures, each as its own file, because a failed run ends its file.
fn only(text: &str, owners: &[&str]) -> Vec<String> {
    let mut parts = text.split("\nrun \"");
    let preamble = parts.next().unwrap_or_default();
    let expected = owners.iter().map(|owner| format!("expect_failures = [{owner}]")).collect::<Vec<_>>();
    let runs = parts.filter(|run| expected.iter().any(|expected| run.contains(expected)));
    runs.map(|run| format!("{preamble}\nrun \"{run}\n")).collect()
}

/// The owners whose expected failure did not happen, from the report of the runs.
fn missed(report: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for error in report.split("Error: Missing expected failure").skip(1) {
        if let Some((_, rest)) = error.split_once("expect_failures = [") {
            found.extend(rest.split(']').next());
        }
    }
    found
}

/// The conditions in rounds with at most one condition of each owner.
fn rounds(conditions: Vec<Condition>) -> Vec<Vec<Condition>> {
    let mut rounds: Vec<Vec<Condition>> = Vec::new();
    for condition in conditions {
        match rounds.iter_mut().find(|round| round.iter().all(|other| other.owner != condition.owner)) {
            Some(round) => round.push(condition),
            None => rounds.push(vec![condition]),
        }
    }
    rounds
}

fn are_each_needed(terraform: &Terraform, module: &str) {
    let folder = format!("modules/{module}");
    terraform.init(&folder);
    let path = terraform.folder().join(&folder);
    let mut conditions = conditions(&path);
    conditions.retain(|condition| condition.owner != ON_MOTO);
    let number = conditions.len();
    for round in rounds(conditions) {
        let owners: Vec<&str> = round.iter().map(|condition| condition.owner.as_str()).collect();
        let proof = path.join("proof");
        fs::create_dir_all(&proof).unwrap();
        for test in fs::read_dir(path.join("tests")).unwrap().map(|test| test.unwrap().path()) {
            let stem = test.file_stem().unwrap().to_string_lossy().into_owned();
            for (number, text) in only(&fs::read_to_string(&test).unwrap(), &owners).iter().enumerate() {
                fs::write(proof.join(format!("{number}-{stem}.hcl")), text).unwrap();
            }
        }
        let mut good = BTreeMap::new();
        for Condition { owner, file, from, to } in &round {
            let text = fs::read_to_string(path.join(file)).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            let about = if owner.starts_with("var.") { owner } else { "var.bucket_name" };
            let always = format!("condition = can({about})");
            // The number of lines stays the same, for the lines of the other conditions.
            lines[*from] = &always;
            lines[from + 1..*to].fill("");
            let changed = lines.join("\n");
            fs::write(path.join(file), changed).unwrap();
            good.entry(*file).or_insert(text);
        }
        let run = terraform.try_run(&folder, &["test", "-test-directory=proof"]);
        let missed = missed(&run.stderr);
        for Condition { owner, file, from, .. } in &round {
            let place = format!("{folder}/{file}:{}: {owner}", from + 1);
            assert!(missed.contains(&owner.as_str()), "{place}: no run fails without it\n{}{}", run.stdout, run.stderr);
        }
        for (file, text) in good {
            fs::write(path.join(file), text).unwrap();
        }
        fs::remove_dir_all(proof).unwrap();
    }
    println!("{module}: {number} conditions, each tested by a run");
    assert!(number > 0);
}

#[test]
fn each_condition_of_the_module_that_needs_no_provider_has_a_run_that_misses_it() {
    let Some(terraform) = Terraform::installed() else { return };
    are_each_needed(&terraform, "policies");
}

#[test]
#[ignore = "takes minutes: .ci/run terraform"]
fn each_condition_of_the_other_modules_has_a_run_that_misses_it() {
    let Some(terraform) = Terraform::with_provider() else { return };
    for (module, _) in MODULES.into_iter().filter(|(_, needs_provider)| *needs_provider) {
        are_each_needed(&terraform, module);
    }
}
