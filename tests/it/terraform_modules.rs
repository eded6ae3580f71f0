//! Every module and example with Terraform: its layout, its own tests, and arguments that the provider refuses.

use std::fs;

use crate::support::terraform::{Terraform, modules};

/// The modules, and whether they need the AWS provider.
const MODULES: [(&str, bool); 4] = [("policies", false), ("reader", true), ("role-based", true), ("user-based", true)];

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
fn the_modules_that_need_the_provider_pass_their_own_tests() {
    let Some(terraform) = Terraform::with_provider() else { return };
    for (module, _) in MODULES.into_iter().filter(|(_, needs_provider)| *needs_provider) {
        passes_its_own_tests(&terraform, module);
    }
}

#[test]
fn every_example_is_valid() {
    let Some(terraform) = Terraform::with_provider() else { return };
    let mut number = 0;
    for example in fs::read_dir(modules().join("examples")).unwrap() {
        let example = example.unwrap();
        if example.file_type().unwrap().is_dir() {
            let folder = format!("examples/{}", example.file_name().to_string_lossy());
            terraform.init(&folder);
            println!("{folder}: {}", terraform.run(&folder, &["validate"]).trim());
            number += 1;
        }
    }
    assert!(number >= MODULES.len());
}

/// The reason to test with the provider's own schema: a plan with a mock accepts these arguments.
#[test]
fn an_argument_that_the_provider_does_not_support_is_refused() {
    let Some(terraform) = Terraform::with_provider() else { return };
    let module = "modules/role-based";
    terraform.init(module);
    let main = terraform.folder().join(module).join("main.tf");
    let good = fs::read_to_string(&main).unwrap();
    for (what, from, to, expected) in [
        (
            "a misspelled argument",
            "force_destroy = var",
            "force_destroi = var",
            "named \"force_destroi\" is not expected",
        ),
        ("a misspelled block", "  rule {\n    object", "  rules {\n    object", "type \"rules\" are not expected"),
        (
            "a missing argument",
            "    object_ownership = \"BucketOwnerEnforced\"\n",
            "",
            "\"object_ownership\" is required",
        ),
        (
            "a missing block",
            "  rule {\n    object_ownership = \"BucketOwnerEnforced\"\n  }\n",
            "",
            "Insufficient rule blocks",
        ),
        ("a value of another type", "window_in_days = 30", "window_in_days = \"a month\"", "a number is\nrequired"),
        (
            "an attribute that is not there",
            "aws_kms_key.this[0].arn",
            "aws_kms_key.this[0].urn",
            "no argument, nested block",
        ),
    ] {
        assert_eq!(good.matches(from).count(), 1, "{what}: `{from}` does not stand once in main.tf");
        fs::write(&main, good.replacen(from, to, 1)).unwrap();
        for command in ["validate", "test"] {
            let run = terraform.try_run(module, &[command]);
            assert!(!run.succeeded && run.stderr.contains(expected), "{what}, {command}: {}", run.stderr);
        }
        println!("refused: {what}");
    }
}
