//! `mp-forwarding policy render`

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::input::text_of;
use super::print;
use crate::access::input::{Account, IamName, KeyArn, PolicyFolder, VpcEndpoint};
use crate::access::refusal::{Terms, refused};
use crate::access::render::{Edition, Inputs, Kind, render};
use crate::access::{Catalogue, Partition, PodOverrides, Policy, Roles, canonical, merge};
use crate::cli::replaced::replaced_by;
use crate::cli::{ExitCode, Failure, Global};
use crate::report::model::counted;
use crate::settings::{BucketName, FolderName};

/// Print a policy that lets mParticle write to a bucket, or lets your own role read or check it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding policy render bucket --bucket mp-forwarding-acme --pod eu1
  mp-forwarding policy render bucket --bucket mp-forwarding-acme --pod eu1 \\
    --merge deployed.json > new.json
  mp-forwarding policy render user --bucket acme-events --edition documented
  mp-forwarding policy render key --bucket mp-forwarding-acme --pod us1 \\
    --owner 111122223333
  mp-forwarding policy render reader --bucket mp-forwarding-acme \\
    --folder exports
  mp-forwarding policy render preflight --bucket mp-forwarding-acme")]
pub(crate) struct Args {
    /// Which policy: bucket (role-based access), user (user-based access), key (role-based access with KMS), reader (your own
    /// role that reads the export) or preflight (your own role that runs `preflight`)
    #[arg(value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::as_str)).try_map(|name| name.parse::<Kind>()))]
    kind: Kind,
    /// The bucket
    #[arg(long, value_name = "NAME")]
    bucket: BucketName,
    /// documented: the text that mParticle publishes; strict: the same with its faults fixed; minio: the closest text that MinIO
    /// accepts
    #[arg(long, value_name = "EDITION", default_value = "strict", value_parser = editions())]
    edition: Edition,
    /// Restrict mParticle, or the reader, to this folder
    #[arg(long, value_name = "FOLDER")]
    folder: Option<FolderName>,
    /// Let the reader also write and delete in this folder, to run `conform` there
    #[arg(long, value_name = "FOLDER")]
    conformance_folder: Option<FolderName>,
    /// The KMS key that objects are encrypted with
    #[arg(long, value_name = "ARN")]
    kms_key_arn: Option<KeyArn>,
    /// Deny reading except through this VPC endpoint; repeatable
    #[arg(long, value_name = "VPCE")]
    source_vpce: Vec<VpcEndpoint>,
    /// The account that owns the key (default: the one in --kms-key-arn)
    #[arg(long, value_name = "ACCOUNT")]
    owner: Option<Account>,
    #[arg(long, hide = true, value_parser = replaced_by("--owner"))]
    owner_account: Option<String>,
    /// The IAM user whose access key mParticle uses, which `preflight` reads
    #[arg(long, value_name = "NAME")]
    iam_user: Option<IamName>,
    /// The role that runs `preflight`, which reads its own policies
    #[arg(long, value_name = "NAME")]
    iam_role: Option<IamName>,
    /// Print this deployed policy with these statements in place of its statements for mParticle; `-` is stdin
    #[arg(long, value_name = "FILE")]
    merge: Option<PathBuf>,
    /// Print one line with sorted names, to compare it with another policy
    #[arg(long)]
    canonical: bool,
    #[command(flatten)]
    roles: RoleArgs,
}

/// mParticle's AWS roles.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "mParticle's roles")]
pub(crate) struct RoleArgs {
    /// The pod that hosts your organisation: us1, us2, eu1 or au1
    #[arg(long, value_name = "POD")]
    pub(crate) pod: Option<String>,
    /// mParticle's AWS account (default: the pod's)
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// The name of the role that uploads files (default: the pod's)
    #[arg(long, value_name = "ROLE")]
    writer_role: Option<String>,
    /// The name of the role that uploads the verification object (default: the pod's)
    #[arg(long, value_name = "ROLE")]
    verify_role: Option<String>,
    /// The AWS partition of all ARNs: aws, aws-cn or aws-us-gov
    #[arg(long, value_name = "PARTITION", default_value = "aws")]
    pub(crate) partition: Partition,
}

/// A parser for editions, which lists all of them in the help.
pub(in crate::cli) fn editions() -> impl TypedValueParser<Value = Edition> {
    PossibleValuesParser::new(Edition::ALL.map(Edition::as_str)).try_map(|name| name.parse::<Edition>())
}

/// The policy to merge with could not be read.
#[derive(Debug, thiserror::Error)]
#[error("failed to merge with `{}`", path.display())]
struct MergeFailure {
    path: PathBuf,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl RoleArgs {
    /// The roles, if any of their options is given.
    pub(crate) fn roles(&self) -> Result<Option<Roles>, Failure> {
        self.roles_or(None)
    }

    /// The same, with the pod of the settings unless another is given.
    pub(crate) fn roles_or(&self, settings: Option<&str>) -> Result<Option<Roles>, Failure> {
        let overrides = PodOverrides {
            account: self.account.clone(),
            writer_role: self.writer_role.clone(),
            verify_role: self.verify_role.clone(),
        };
        let named = self.pod.as_deref().or(settings);
        if named.is_none() && overrides == PodOverrides::default() {
            return Ok(None);
        }
        let pod = named.map(|name| Catalogue::built_in().find(name)).transpose();
        let pod = pod.map_err(Failure::usage)?;
        Roles::new(pod, &overrides, self.partition).map(Some).map_err(Failure::usage)
    }

    /// The date of the values in the catalogue, as a note.
    pub(crate) fn notes(&self) -> Vec<String> {
        let Some(pod) = &self.pod else { return Vec::new() };
        let mut notes = vec![format!("{pod}: account and roles as of {}", Catalogue::built_in().date)];
        if self.partition != Partition::Aws {
            notes.push(format!(
                "the known accounts are in the partition `aws`: use `{}` only with values from mParticle",
                self.partition
            ));
        }
        notes
    }
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let Args { kind, edition, .. } = args;
    let folder = |folder: Option<FolderName>| folder.map(PolicyFolder::try_from).transpose().map_err(Failure::usage);
    let owner_account = args.owner.or_else(|| args.kms_key_arn.as_ref().map(KeyArn::account));
    let bucket = args.bucket.to_string();
    let inputs = Inputs {
        bucket: args.bucket,
        partition: args.roles.partition,
        roles: args.roles.roles()?,
        folder: folder(args.folder)?,
        conformance_folder: folder(args.conformance_folder)?,
        kms_key_arn: args.kms_key_arn,
        source_vpces: args.source_vpce,
        owner_account,
        iam_user: args.iam_user,
        iam_role: args.iam_role,
    };
    let mut document = render(kind, edition, &inputs).map_err(Failure::usage)?;
    let mut notes: Vec<String> =
        if matches!(kind, Kind::User | Kind::Reader | Kind::Preflight) { Vec::new() } else { args.roles.notes() };
    notes.extend(edition.notes(kind).iter().map(|note| (*note).to_owned()));
    if let Some(path) = args.merge {
        let failed = |source| Failure::usage(MergeFailure { path: path.clone(), source });
        let deployed = text_of(&path).map_err(|error| failed(error.into()))?;
        let merged = merge(&deployed, &document).map_err(|error| failed(error.into()))?;
        let policy = Policy::from_value(&merged.document).map_err(|error| failed(error.into()))?;
        let bytes = Some(merged.document.to_string().len());
        if let Some(refused) = refused(&policy, &Terms { bucket: Some(&bucket), bytes, is_new: true }) {
            return Err(failed(refused.into()));
        }
        notes.push(format!(
            "kept {}, replaced {} with new ones",
            counted(merged.kept, "other statement", "other statements"),
            merged.replaced
        ));
        if !merged.changed.is_empty() {
            notes.push(format!(
                "replaced statements that differ from the new ones (same Sid, or mParticle's published grants): {}; to keep a statement, give it another Sid",
                merged.changed.join("; ")
            ));
        }
        document = merged.document;
    }
    if !global.quiet {
        for note in notes {
            say!("note: {note}");
        }
    }
    print(&if args.canonical { canonical(&document) + "\n" } else { format!("{document:#}\n") })?;
    Ok(ExitCode::Good)
}
