//! Policies: rendered and checked.

use std::str::FromStr;
use std::time::Instant;

use mp_forwarding::access::input::{Account, IamName, KeyArn, PolicyFolder, VpcEndpoint, first_address};
use mp_forwarding::access::lint::{Expectations, NamedPolicy, check_policies};
use mp_forwarding::access::render::{Edition, Inputs, Kind, render};
use mp_forwarding::access::{Catalogue, Partition, PodOverrides, Policy, Roles, canonical};
use mp_forwarding::external::jiff::Timestamp;
use mp_forwarding::report::Severity;
use mp_forwarding::settings::{BucketName, FolderName, ServerSideEncryption};
use pyo3::prelude::*;

use crate::command::json;
use crate::error;

/// A policy as JSON. See `mp_forwarding.render_policy`.
#[pyfunction]
#[pyo3(signature = (
    kind, bucket, *, edition = "strict", pod = None, account = None, writer_role = None, verify_role = None, partition = "aws",
    folder = None, conformance_folder = None, kms_key_arn = None, source_vpce = Vec::new(), owner = None, iam_user = None,
    iam_role = None,
))]
#[expect(clippy::too_many_arguments, reason = "the options of the command, by keyword")]
pub(crate) fn render_policy(
    kind: &str,
    bucket: &str,
    edition: &str,
    pod: Option<&str>,
    account: Option<String>,
    writer_role: Option<String>,
    verify_role: Option<String>,
    partition: &str,
    folder: Option<&str>,
    conformance_folder: Option<&str>,
    kms_key_arn: Option<&str>,
    source_vpce: Vec<String>,
    owner: Option<&str>,
    iam_user: Option<&str>,
    iam_role: Option<&str>,
) -> PyResult<String> {
    let kind: Kind = read(kind)?;
    let partition: Partition = read(partition)?;
    let policy_folder = |folder: Option<&str>| {
        let folder = given::<FolderName>(folder)?;
        folder.map(PolicyFolder::try_from).transpose().map_err(error::usage)
    };
    let kms_key_arn = given::<KeyArn>(kms_key_arn)?;
    let owner_account = given::<Account>(owner)?.or_else(|| kms_key_arn.as_ref().map(KeyArn::account));
    let inputs = Inputs {
        partition,
        roles: roles(pod, PodOverrides { account, writer_role, verify_role }, partition)?,
        folder: policy_folder(folder)?,
        conformance_folder: policy_folder(conformance_folder)?,
        kms_key_arn,
        source_vpces: source_vpce.iter().map(|id| read::<VpcEndpoint>(id)).collect::<PyResult<_>>()?,
        owner_account,
        iam_user: given::<IamName>(iam_user)?,
        iam_role: given::<IamName>(iam_role)?,
        ..Inputs::new(read(bucket)?)
    };
    Ok(render(kind, read::<Edition>(edition)?, &inputs).map_err(error::usage)?.to_string())
}

/// The report of the linter as JSON. See `mp_forwarding.check_policy`.
#[pyfunction]
#[pyo3(signature = (
    policy, name, *, bucket = None, pod = None, account = None, writer_role = None, verify_role = None, partition = "aws",
    folder = None, encryption = "None", owner = None, mparticle_cidr = Vec::new(), fail_on = "warning",
))]
#[expect(clippy::too_many_arguments, reason = "the options of the command, by keyword")]
pub(crate) fn check_policy(
    py: Python<'_>,
    policy: &str,
    name: String,
    bucket: Option<&str>,
    pod: Option<&str>,
    account: Option<String>,
    writer_role: Option<String>,
    verify_role: Option<String>,
    partition: &str,
    folder: Option<&str>,
    encryption: &str,
    owner: Option<&str>,
    mparticle_cidr: Vec<String>,
    fail_on: &str,
) -> PyResult<String> {
    let fail_on: Severity = read(fail_on)?;
    let expected = Expectations {
        bucket: given::<BucketName>(bucket)?,
        roles: roles(pod, PodOverrides { account, writer_role, verify_role }, read(partition)?)?,
        folder: given::<FolderName>(folder)?,
        encryption: Some(read::<ServerSideEncryption>(encryption)?),
        owner: given::<Account>(owner)?,
        mparticle_addresses: mparticle_cidr
            .iter()
            .map(|range| first_address(range))
            .collect::<Result<_, _>>()
            .map_err(error::usage)?,
    };
    py.detach(|| {
        let (started_at, started) = (Timestamp::now(), Instant::now());
        let policy = read_policy(policy, name)?;
        let mut report = check_policies(&[policy], &expected, fail_on, started_at);
        report.milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        json(&report)
    })
}

fn read_policy(text: &str, file: String) -> PyResult<NamedPolicy> {
    let document = mp_forwarding::json::read(text).map_err(error::usage)?;
    let policy = Policy::from_value(&document).map_err(error::usage)?;
    Ok(NamedPolicy { file, policy, bytes: canonical(&document).len() })
}

/// mParticle's roles, if a pod or one of its values is given.
fn roles(pod: Option<&str>, overrides: PodOverrides, partition: Partition) -> PyResult<Option<Roles>> {
    if pod.is_none() && overrides == PodOverrides::default() {
        return Ok(None);
    }
    let pod = pod.map(|name| Catalogue::built_in().find(name)).transpose().map_err(error::usage)?;
    Roles::new(pod, &overrides, partition).map(Some).map_err(error::usage)
}

fn read<T: FromStr<Err: std::error::Error>>(text: &str) -> PyResult<T> {
    text.parse().map_err(error::usage)
}

fn given<T: FromStr<Err: std::error::Error>>(text: Option<&str>) -> PyResult<Option<T>> {
    text.map(read).transpose()
}
