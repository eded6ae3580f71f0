//! The settings files that the Terraform modules output can be read.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{program, text};
use crate::support::terraform::{Terraform, modules};

/// Reading valid settings ends with an error about an unreachable endpoint.
#[track_caller]
fn assert_taken(file: &Path, pod: Option<&str>) {
    let arguments = ["--settings", file.to_str().unwrap(), "--endpoint", "http://127.0.0.1:9", "--format", "json"];
    let output = program(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["summary"]["pod"].as_str(), pod, "the pod comes with the settings");
    assert!(text(&output).contains("127.0.0.1:9"), "{}", text(&output));
}

#[test]
fn the_output_of_the_policies_module_is_read() {
    let Some(terraform) = Terraform::installed() else { return };
    let call = json!({
        "source": "./modules/policies", "bucket_name": "mp-forwarding-acme", "pod": "eu1", "folder": "exports",
        "aws_region": "eu-central-1", "date_folders": "event_time",
    });
    let root =
        json!({ "module": { "export": call }, "output": { "settings": { "value": "${module.export.settings}" } } });
    fs::write(terraform.folder().join("main.tf.json"), root.to_string()).unwrap();
    terraform.run(".", &["init", "-backend=false", "-input=false"]);
    terraform.run(".", &["apply", "-auto-approve", "-input=false"]);
    let answers: Value = serde_json::from_str(&terraform.run(".", &["output", "-json"])).unwrap();
    let file = terraform.folder().join("connection.json");
    fs::write(&file, answers["settings"]["value"].as_str().unwrap()).unwrap();
    assert_taken(&file, Some("eu1"));
}

/// The user module needs AWS for its output, so its text is written here as it would be output.
#[test]
fn the_output_of_the_user_based_module_is_read_without_a_key() {
    let outputs = fs::read_to_string(modules().join("modules/user-based/outputs.tf")).unwrap();
    assert!(outputs.contains("engine = { iam_user = aws_iam_user.this.name }"), "the test and the module differ");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("connection.json");
    let settings = json!({
        "configuration": { "aws_region": "us-east-1" },
        "connection": { "s3_bucket_name": "acme-events", "store_data_in_folders_by_date": "none" },
        "engine": { "iam_user": "mparticle-export" },
    });
    fs::write(&file, settings.to_string()).unwrap();
    assert_taken(&file, None);
}
