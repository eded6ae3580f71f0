//! The Terraform modules, by Terraform itself. Where it is not installed these tests say so and are skipped;
//! `MP_FORWARDING_NO_SKIP=1` makes that a failure.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mp_forwarding::access::input::{Account, KeyArn, PolicyFolder, VpcEndpoint};
use mp_forwarding::access::render::{Edition, Inputs, Kind, render};
use mp_forwarding::access::terraform::drift;
use mp_forwarding::access::{Catalogue, Partition, canonical};
use mp_forwarding::settings::FolderName;
use serde_json::{Map, Value, json};

use crate::policy::policy;

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("terraform")
}

/// A folder of its own for Terraform, whose files stand in the way of nobody. None if there is no Terraform.
fn workplace() -> Option<tempfile::TempDir> {
    match Command::new("terraform").arg("version").env("CHECKPOINT_DISABLE", "1").output() {
        Ok(output) if output.status.success() => Some(tempfile::tempdir().unwrap()),
        _ if std::env::var_os("MP_FORWARDING_NO_SKIP").is_some_and(|value| value == "1") => {
            panic!("terraform is not installed, and MP_FORWARDING_NO_SKIP=1 forbids to skip")
        }
        _ => {
            skipped("a test of Terraform", "it is not installed");
            None
        }
    }
}

/// Says it past the test harness, which keeps what a passing test prints.
fn skipped(what: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {what}, because {why}");
}

fn terraform(folder: &Path, arguments: &[&str]) -> Output {
    let output = Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_IN_AUTOMATION", "1")
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "terraform {arguments:?}\n{stdout}\n{stderr}");
    output
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            // What an earlier `terraform init` left behind.
            true if entry.file_name() == ".terraform" => {}
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

#[test]
fn what_the_module_reads_is_what_the_templates_say() {
    let folder = modules().join("modules/policies/generated");
    assert_eq!(drift(&folder).unwrap(), [], "write it anew with `mp-forwarding policy terraform write`");
}

#[test]
fn drift_is_told_file_by_file_with_its_own_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert_eq!(policy(&["terraform", "write", path]).status.code(), Some(0));
    assert_eq!(policy(&["terraform", "check", path]).status.code(), Some(0));
    fs::remove_file(folder.path().join("pods.json")).unwrap();
    fs::write(folder.path().join("user.strict.json.tftpl"), "{}").unwrap();
    fs::write(folder.path().join("bucket.relaxed.json.tftpl"), "{}").unwrap();
    let output = policy(&["terraform", "check", path]);
    assert_eq!(output.status.code(), Some(4));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in [
        "pods.json: is missing",
        "user.strict.json.tftpl: differs",
        "bucket.relaxed.json.tftpl: belongs to no template",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn every_file_is_formatted() {
    if workplace().is_some() {
        terraform(&modules(), &["fmt", "-check", "-recursive", "-diff"]);
    }
}

#[test]
fn the_policies_module_passes_its_own_tests() {
    let Some(folder) = workplace() else { return };
    copy(&modules().join("modules/policies"), folder.path());
    terraform(folder.path(), &["init", "-backend=false", "-input=false", "-no-color"]);
    terraform(folder.path(), &["validate", "-no-color"]);
    let output = terraform(folder.path(), &["test", "-no-color"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains(" passed, 0 failed."));
}

/// The modules that need AWS's provider plan with a mocked one, whose schema is the real provider's all the same. That
/// takes the provider itself: MP_FORWARDING_TERRAFORM_PROVIDERS names a folder that Terraform can install it from, or
/// `registry` where HashiCorp's can be reached.
#[test]
fn the_other_modules_and_the_examples_pass_where_the_provider_is_at_hand() {
    let Some(folder) = workplace() else { return };
    let Some(providers) = std::env::var_os("MP_FORWARDING_TERRAFORM_PROVIDERS") else {
        skipped("the modules that need AWS's provider", "MP_FORWARDING_TERRAFORM_PROVIDERS does not say where it is");
        return;
    };
    let mut init = vec!["init", "-backend=false", "-input=false", "-no-color"];
    let from = format!("-plugin-dir={}", providers.to_string_lossy());
    if providers != "registry" {
        init.push(&from);
    }
    copy(&modules(), folder.path());
    for module in ["role-based", "user-based", "reader"] {
        let module = folder.path().join("modules").join(module);
        terraform(&module, &init);
        let output = terraform(&module, &["test", "-no-color"]);
        assert!(String::from_utf8_lossy(&output.stdout).contains(" passed, 0 failed."));
    }
    for example in fs::read_dir(folder.path().join("examples")).unwrap() {
        let example = example.unwrap().path();
        terraform(&example, &init);
        terraform(&example, &["validate", "-no-color"]);
    }
}

/// One set of inputs, and what each side is asked with.
struct Case {
    kind: Kind,
    edition: Edition,
    inputs: Inputs,
    variables: Value,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let partitions = [Partition::Aws, Partition::China, Partition::UsGov];
    for (number, pod) in Catalogue::built_in().pods.iter().enumerate() {
        let partition = partitions[number % partitions.len()];
        for edition in Edition::ALL {
            for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Key || edition == Edition::Strict) {
                for folder in ["", "/exports/eu 1/", "a'b(c)!+,=@_."] {
                    for with in [false, true] {
                        cases.extend(case(kind, edition, partition, &pod.name, folder, with));
                    }
                }
            }
        }
    }
    cases
}

/// A case; `with` adds the option that this kind has. None if the edition has no place for it.
fn case(kind: Kind, edition: Edition, partition: Partition, pod: &str, folder: &str, with: bool) -> Option<Case> {
    if (edition != Edition::Strict && with)
        || (edition == Edition::Documented || kind == Kind::Key) && !folder.is_empty()
    {
        return None;
    }
    let bucket = if kind == Kind::User { "acme-events" } else { "mp-forwarding-acme" };
    let mut inputs = Inputs::new(bucket.parse().unwrap());
    let mut variables = json!({
        "source": "./policies", "access": if kind == Kind::User { "user" } else { "role" }, "bucket_name": bucket,
        "edition": edition.as_str(), "partition": partition.as_str(), "folder": folder,
    });
    inputs.partition = partition;
    if !folder.is_empty() {
        inputs.folder = Some(PolicyFolder::try_from(folder.parse::<FolderName>().unwrap()).unwrap());
    }
    if kind != Kind::User {
        inputs.roles = Some(Catalogue::built_in().find(pod).unwrap().roles(partition));
        variables["pod"] = pod.into();
    }
    let key = KEY.replacen("arn:aws:", &format!("arn:{partition}:"), 1);
    if kind == Kind::Key {
        inputs.owner_account = Some("111122223333".parse::<Account>().unwrap());
        variables["key_owner_account_id"] = "111122223333".into();
    }
    if with && kind == Kind::Bucket {
        let endpoints = ["vpce-0a1b2c3d4e5f67890", "vpce-1a2b3c4d"];
        inputs.source_vpces = endpoints.iter().map(|id| id.parse::<VpcEndpoint>().unwrap()).collect();
        variables["source_vpce_ids"] = json!(endpoints);
    } else if with {
        inputs.kms_key_arn = Some(key.parse::<KeyArn>().unwrap());
        variables["kms_key_arn"] = key.into();
    }
    Some(Case { kind, edition, inputs, variables })
}

#[test]
fn terraform_and_render_give_the_same_text() {
    let Some(folder) = workplace() else { return };
    copy(&modules().join("modules/policies"), &folder.path().join("policies"));
    let cases = cases();
    let (mut calls, mut outputs) = (Map::new(), Map::new());
    for (number, case) in cases.iter().enumerate() {
        let name = format!("case_{number}");
        outputs.insert(name.clone(), json!({ "value": format!("${{module.{name}.{}_policy}}", case.kind.as_str()) }));
        calls.insert(name, case.variables.clone());
    }
    let root = json!({ "module": calls, "output": outputs });
    fs::write(folder.path().join("main.tf.json"), root.to_string()).unwrap();
    terraform(folder.path(), &["init", "-backend=false", "-input=false", "-no-color"]);
    terraform(folder.path(), &["apply", "-auto-approve", "-input=false", "-no-color"]);
    let output = terraform(folder.path(), &["output", "-json", "-no-color"]);
    let answers: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (number, case) in cases.iter().enumerate() {
        let ours = canonical(&render(case.kind, case.edition, &case.inputs).unwrap());
        assert_eq!(answers[format!("case_{number}")]["value"], ours, "{}", case.variables);
    }
    println!("{} policies are the same", cases.len());
    assert!(cases.len() > 70);
}
