//! Every module with Terraform: its layout and its own tests. Tests with the AWS provider are ignored by default, because
//! each start of the provider takes seconds.

use std::collections::BTreeMap;
use std::fs;

use crate::support::terraform::{Terraform, modules};

/// The modules, and whether they need the AWS provider.
pub(crate) const MODULES: [(&str, bool); 6] = [
    ("bucket", true),
    ("catalog", true),
    ("policies", false),
    ("reader", true),
    ("role-based", true),
    ("user-based", true),
];

#[test]
fn every_file_is_formatted() {
    let Some(terraform) = Terraform::installed() else { return };
    terraform.run(".", &["fmt", "-check", "-recursive", "-diff"]);
}

#[test]
fn every_module_is_listed_here_and_laid_out_alike() {
    let mut found: Vec<String> = fs::read_dir(modules().join("modules"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, MODULES.map(|(name, _)| name));
    for (name, needs_provider) in MODULES {
        let module = modules().join("modules").join(name);
        for file in ["README.md", "main.tf", "outputs.tf", "variables.tf", "versions.tf"] {
            assert!(module.join(file).is_file(), "{name} has no {file}");
        }
        for file in fs::read_dir(module.join("tests")).unwrap().map(|entry| entry.unwrap().path()) {
            let text = fs::read_to_string(&file).unwrap();
            assert_eq!(text.contains("mock_provider \"aws\""), needs_provider, "{}", file.display());
            assert!(!text.contains("command = apply"), "{} would make something", file.display());
        }
    }
}

#[test]
fn no_file_reaches_outside_the_folder() {
    let mut folders = vec![modules()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "tf") {
                let text = fs::read_to_string(&path).unwrap();
                let own = ["file(\"${path.module}/", "file(\"${local.templates}/"].map(|own| text.matches(own).count());
                assert_eq!(
                    text.matches("file(").count(),
                    own.iter().sum::<usize>(),
                    "{} reads what is not its own",
                    path.display()
                );
                assert!(!text.contains("../../../"), "{} reaches outside", path.display());
            }
        }
    }
}

/// The names of the blocks of a kind in a file of a module.
fn names(module: &str, file: &str, kind: &str) -> Vec<String> {
    let text = fs::read_to_string(modules().join("modules").join(module).join(file)).unwrap();
    let headers = text.lines().filter_map(|line| line.strip_prefix(kind)?.strip_prefix(" \"")?.strip_suffix("\" {"));
    headers.map(str::to_owned).collect()
}

/// `role-based` repeats only the inputs of `bucket` that it uses itself. It hands the others on from one object, none of them forgotten.
#[test]
fn role_based_hands_every_other_input_of_the_bucket_on() {
    let main = fs::read_to_string(modules().join("modules/role-based/main.tf")).unwrap();
    let (_, listed) = main.split_once("bucket_defaults = {").unwrap();
    let listed = listed.split_once('}').unwrap().0;
    let listed: Vec<&str> =
        listed.lines().filter_map(|line| line.trim().strip_suffix("= null")).map(str::trim).collect();
    let (_, call) = main.split_once("module \"bucket\" {").unwrap();
    let own = names("role-based", "variables.tf", "variable");
    for input in names("bucket", "variables.tf", "variable") {
        let (_, value) = call
            .lines()
            .filter_map(|line| line.split_once('='))
            .find(|(name, _)| name.trim() == input)
            .unwrap_or_else(|| panic!("`{input}` is not handed on"));
        let from_object = value.trim() == format!("local.bucket.{input}");
        assert_eq!(from_object, listed.contains(&input.as_str()), "{input}");
        assert!(!(from_object && own.contains(&input)), "`{input}` is declared twice");
    }
}

/// What an input that several modules have may be is said once, in the module `policies`.
#[test]
fn no_condition_is_written_in_two_modules() {
    let mut seen = BTreeMap::new();
    for (module, _) in MODULES {
        let text = fs::read_to_string(modules().join("modules").join(module).join("variables.tf")).unwrap();
        for condition in text.lines().filter(|line| line.trim_start().starts_with("condition ")) {
            if let Some(other) = seen.insert(condition.trim().to_owned(), module) {
                assert_eq!(other, module, "{condition}");
            }
        }
    }
    assert!(seen.len() > 40, "{}", seen.len());
}

fn passes_its_own_tests(terraform: &Terraform, module: &str) {
    let folder = format!("modules/{module}");
    terraform.init(&folder);
    terraform.run(&folder, &["validate"]);
    let output = terraform.run(&folder, &["test"]);
    let count = output.lines().last().unwrap().trim().to_owned();
    println!("{module}: {count}");
    let runs = count.strip_prefix("Success! ").and_then(|count| count.strip_suffix(" passed, 0 failed."));
    assert!(runs.is_some_and(|runs| runs.parse::<u32>().unwrap() > 0), "{module}: {output}");
}

#[test]
fn the_module_that_needs_no_provider_passes_its_own_tests() {
    let Some(terraform) = Terraform::installed() else { return };
    for (module, _) in MODULES.into_iter().filter(|(_, needs_provider)| !needs_provider) {
        passes_its_own_tests(&terraform, module);
    }
}

#[test]
#[ignore = "takes minutes: .ci/run terraform"]
fn the_modules_that_need_the_provider_pass_their_own_tests() {
    let Some(terraform) = Terraform::with_provider() else { return };
    for (module, _) in MODULES.into_iter().filter(|(_, needs_provider)| *needs_provider) {
        passes_its_own_tests(&terraform, module);
    }
}
