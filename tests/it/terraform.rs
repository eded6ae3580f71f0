//! The Terraform module `policies`: it renders the same text as `policy render`.

use std::fs;

use mp_forwarding::access::input::{Account, IamName, KeyArn, PolicyFolder, VpcEndpoint};
use mp_forwarding::access::render::{Edition, Inputs, Kind, render};
use mp_forwarding::access::terraform::drift;
use mp_forwarding::access::{Catalogue, Partition, canonical};
use mp_forwarding::settings::{DateFolders, FolderName, SettingId, Settings};
use serde_json::{Map, Value, json};

use crate::policy::policy;
use crate::support::terraform::{Terraform, modules};

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

#[test]
fn the_module_reads_the_templates() {
    let folder = modules().join("modules/policies/generated");
    assert_eq!(drift(&folder).unwrap(), [], "update it with `mp-forwarding policy terraform write`");
}

#[test]
fn drift_is_reported_for_each_file_with_its_own_exit_code() {
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
    for line in
        ["pods.json: is missing", "user.strict.json.tftpl: differs", "bucket.relaxed.json.tftpl: has no template"]
    {
        assert!(text.contains(line), "{text}");
    }
}

/// One set of inputs, as arguments for each side.
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
            let has_edition =
                |kind: &Kind| !matches!(kind, Kind::Key | Kind::Reader | Kind::Preflight) || edition == Edition::Strict;
            for kind in Kind::ALL.into_iter().filter(has_edition) {
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

/// A case; `with` adds the option that this kind has. None if the edition does not support it.
fn case(kind: Kind, edition: Edition, partition: Partition, pod: &str, folder: &str, with: bool) -> Option<Case> {
    if (edition != Edition::Strict && with)
        || (edition == Edition::Documented || matches!(kind, Kind::Key | Kind::Preflight)) && !folder.is_empty()
    {
        return None;
    }
    let by_role = matches!(kind, Kind::Bucket | Kind::Key);
    let bucket = if by_role { "mp-forwarding-acme" } else { "acme-events" };
    let mut inputs = Inputs::new(bucket.parse().unwrap());
    let mut variables = json!({
        "source": "./modules/policies", "access": if by_role { "role" } else { "user" }, "bucket_name": bucket,
        "edition": edition.as_str(), "partition": partition.as_str(), "folder": folder,
    });
    inputs.partition = partition;
    if !folder.is_empty() {
        inputs.folder = Some(PolicyFolder::try_from(folder.parse::<FolderName>().unwrap()).unwrap());
    }
    if by_role {
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
    if with && kind == Kind::Reader {
        inputs.conformance_folder = Some(PolicyFolder::try_from("conform".parse::<FolderName>().unwrap()).unwrap());
    }
    if with && kind == Kind::Preflight {
        inputs.iam_user = Some("mparticle-export".parse().unwrap());
        inputs.iam_role = Some("reader".parse().unwrap());
    }
    Some(Case { kind, edition, inputs, variables })
}

/// The module `reader` creates a role and needs the AWS provider, so its template is rendered alone.
fn reader_policy(kind: Kind, inputs: &Inputs) -> String {
    let folder = |folder: &Option<PolicyFolder>| folder.as_ref().map_or("", PolicyFolder::as_str).to_owned();
    let values = format!(
        "{{ partition = {:?}, bucket = {:?}, folder = {:?}, conformance_folder = {:?}, kms_key_arn = {:?}, iam_user = {:?}, iam_role = {:?} }}",
        inputs.partition.as_str(),
        inputs.bucket.as_str(),
        folder(&inputs.folder),
        folder(&inputs.conformance_folder),
        inputs.kms_key_arn.as_ref().map_or("", KeyArn::as_str),
        inputs.iam_user.as_ref().map_or("", IamName::as_str),
        inputs.iam_role.as_ref().map_or("", IamName::as_str),
    );
    let template = format!("modules/policies/generated/{}.strict.json.tftpl", kind.as_str());
    format!("${{jsonencode(jsondecode(templatefile({template:?}, {values})))}}")
}

/// Only the template has the permissions of a reader.
#[test]
fn the_module_reader_has_no_statement_of_its_own() {
    let main = fs::read_to_string(modules().join("modules/reader/main.tf")).unwrap();
    let (_, policy) = main.split_once("reader_policy = ").unwrap();
    assert!(policy.starts_with("jsonencode(jsondecode(templatefile(\"${local.templates}/reader.strict.json.tftpl\""));
    assert!(!policy.contains("Statement") && !main.contains("s3:GetObject"));
}

#[test]
fn terraform_and_render_give_the_same_text() {
    let Some(terraform) = Terraform::installed() else { return };
    let cases = cases();
    let (mut calls, mut outputs) = (Map::new(), Map::new());
    for (number, case) in cases.iter().enumerate() {
        let name = format!("case_{number}");
        if matches!(case.kind, Kind::Reader | Kind::Preflight) {
            outputs.insert(name, json!({ "value": reader_policy(case.kind, &case.inputs) }));
            continue;
        }
        outputs.insert(name.clone(), json!({ "value": format!("${{module.{name}.{}_policy}}", case.kind.as_str()) }));
        calls.insert(name, case.variables.clone());
    }
    let root = json!({ "module": calls, "output": outputs });
    fs::write(terraform.folder().join("main.tf.json"), root.to_string()).unwrap();
    terraform.run(".", &["init", "-backend=false", "-input=false"]);
    terraform.run(".", &["apply", "-auto-approve", "-input=false"]);
    let answers: Value = serde_json::from_str(&terraform.run(".", &["output", "-json"])).unwrap();
    for (number, case) in cases.iter().enumerate() {
        let ours = canonical(&render(case.kind, case.edition, &case.inputs).unwrap());
        assert_eq!(answers[format!("case_{number}")]["value"], ours, "{}", case.variables);
    }
    println!("{} policies: `terraform` and `policy render` give the same text", cases.len());
    assert!(cases.len() > 70);
}

/// The module's settings for the form have the form's names, and its settings file can be read.
#[test]
fn the_form_and_the_settings_file_are_those_that_the_program_knows() {
    let Some(terraform) = Terraform::installed() else { return };
    let (mut calls, mut outputs) = (Map::new(), Map::new());
    for mode in DateFolders::ALL {
        let call = json!({
            "source": "./modules/policies", "bucket_name": "mp-forwarding-acme", "pod": "eu1", "folder": "/exports/",
            "aws_region": "eu-central-1", "date_folders": mode.as_str(),
        });
        calls.insert(mode.to_string(), call);
        for output in ["settings", "mparticle_form"] {
            outputs.insert(format!("{mode}_{output}"), json!({ "value": format!("${{module.{mode}.{output}}}") }));
        }
    }
    fs::write(terraform.folder().join("main.tf.json"), json!({ "module": calls, "output": outputs }).to_string())
        .unwrap();
    terraform.run(".", &["init", "-backend=false", "-input=false"]);
    terraform.run(".", &["apply", "-auto-approve", "-input=false"]);
    let answers: Value = serde_json::from_str(&terraform.run(".", &["output", "-json"])).unwrap();
    for mode in DateFolders::ALL {
        let file = terraform.folder().join("connection.json");
        fs::write(&file, answers[format!("{mode}_settings")]["value"].as_str().unwrap()).unwrap();
        let settings = Settings::load(&file).unwrap();
        assert_eq!(settings.connection.store_data_in_folders_by_date, mode);
        let form = answers[format!("{mode}_mparticle_form")]["value"].as_object().unwrap();
        assert_eq!(form["Store Data In Folders By Date"], mode.shown_name());
        for (name, value) in form {
            let id: SettingId = name.parse().unwrap();
            assert_eq!(id.shown_name(), name);
            if id != SettingId::StoreDataInFoldersByDate {
                assert_eq!(value, &settings.value_text(id), "{name}");
            }
        }
    }
}
