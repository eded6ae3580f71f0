//! Renders the policies that let mParticle write and others read, from templates.
//!
//! A template writes JSON. Every value is escaped as JSON, and is first checked for characters with a meaning in
//! policies. An input can be refused, but it can never change a statement.

use std::io::{self, Write};
use std::str::FromStr;
use std::sync::LazyLock;

use serde_json::Value;
use tera::{Context, Kwargs, State, Tera};

use super::Partition;
use super::input::{Account, IamName, InputError, KeyArn, PolicyFolder, VpcEndpoint};
use super::pods::Roles;
use crate::settings::BucketName;

/// The largest bucket policy that S3 accepts, in bytes.
pub const LONGEST_BUCKET_POLICY: usize = 20 * 1024;

/// The kind of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The policy of a bucket that mParticle's own roles write to (ACC-3).
    Bucket,
    /// The policy of an IAM user in your account whose access key mParticle has (ACC-4).
    User,
    /// The policy of the KMS key that mParticle's own roles encrypt with.
    Key,
    /// The policy of an IAM role in your account that reads the export, for a loader or for CI.
    Reader,
    /// The policy of an IAM role in your account that runs `preflight`.
    Preflight,
}

/// The edition of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edition {
    /// Exactly as mParticle publishes it.
    Documented,
    /// With the faults of ACC-5 fixed.
    Strict,
    /// The closest policy that MinIO accepts.
    Minio,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Bucket, Self::User, Self::Key, Self::Reader, Self::Preflight];

    /// The kind's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bucket => "bucket",
            Self::User => "user",
            Self::Key => "key",
            Self::Reader => "reader",
            Self::Preflight => "preflight",
        }
    }

    /// Whether the policy names mParticle's roles.
    fn names_roles(self) -> bool {
        matches!(self, Self::Bucket | Self::Key)
    }
}

impl FromStr for Kind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        known.ok_or_else(|| UnknownName { given: text.to_owned(), known: Self::ALL.map(Self::as_str).join(", ") })
    }
}

impl FromStr for Edition {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let known = Self::ALL.into_iter().find(|edition| edition.as_str() == text);
        known.ok_or_else(|| UnknownName { given: text.to_owned(), known: Self::ALL.map(Self::as_str).join(", ") })
    }
}

/// An unknown kind or edition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is unknown (known: {known})", given.escape_debug())]
pub struct UnknownName {
    given: String,
    known: String,
}

impl Edition {
    /// All editions.
    pub const ALL: [Self; 3] = [Self::Documented, Self::Strict, Self::Minio];

    /// The edition's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Strict => "strict",
            Self::Minio => "minio",
        }
    }

    /// Limits of this edition and conditions for its use.
    pub fn notes(self, kind: Kind) -> &'static [&'static str] {
        match (self, kind) {
            (Self::Minio, Kind::Bucket) => &[
                "MinIO applies bucket policies only to anonymous requests, so these statements do not restrict signed requests: a run on MinIO does not test mParticle's permissions",
                "left out because MinIO refuses it: s3:PutObjectAcl, s3:TlsVersion",
                "left out because most servers in CI use plain HTTP: the Deny of requests without TLS",
            ],
            (Self::Minio, Kind::User) => &[
                "left out because MinIO refuses it: kms:Decrypt, kms:GenerateDataKey and every ARN of a key, s3:TlsVersion",
                "left out because most servers in CI use plain HTTP: the Deny of requests without TLS",
                "a run on MinIO does not test encryption with KMS or ACLs on AWS",
            ],
            (Self::Strict, Kind::Key) => {
                &["for a key of another account, mParticle must also allow its roles to use the key: ask mParticle"]
            }
            (Self::Documented, Kind::Bucket | Kind::User) => {
                &["as published, with its known faults: `policy check` explains them, `--edition strict` fixes them"]
            }
            _ => &[],
        }
    }
}

/// The values of a policy. All of them are checked: see [`super::input`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// The bucket.
    pub bucket: BucketName,
    /// The partition of the bucket, the key and the roles.
    pub partition: Partition,
    /// mParticle's roles. A user's policy does not need them.
    pub roles: Option<Roles>,
    /// Restricts mParticle to this folder and to the verification object at the root (ACC-6, U-1). Restricts a reader
    /// to this folder.
    pub folder: Option<PolicyFolder>,
    /// A folder in which a reader may also write and delete, to run `conform` there.
    pub conformance_folder: Option<PolicyFolder>,
    /// The key that encrypts objects.
    pub kms_key_arn: Option<KeyArn>,
    /// The VPC endpoints that all readers must use. Writing is not restricted: mParticle does not use these endpoints.
    pub source_vpces: Vec<VpcEndpoint>,
    /// The account that owns the key.
    pub owner_account: Option<Account>,
    /// The IAM user whose access key mParticle uses, for `preflight` of user-based access.
    pub iam_user: Option<IamName>,
    /// The role that runs `preflight`, which then reads its own trust policy and policies.
    pub iam_role: Option<IamName>,
}

impl Inputs {
    /// The minimum: a bucket in the public partition.
    pub fn new(bucket: BucketName) -> Self {
        Self {
            bucket,
            partition: Partition::Aws,
            roles: None,
            folder: None,
            conformance_folder: None,
            kms_key_arn: None,
            source_vpces: Vec::new(),
            owner_account: None,
            iam_user: None,
            iam_role: None,
        }
    }
}

/// Why a policy cannot be rendered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// mParticle's own roles write only to buckets with a certain prefix (ACC-2).
    #[error("`{0}` cannot take role-based access: mParticle's roles write only to a bucket whose name begins with `{prefix}`; rename it, or use an IAM user", prefix = BucketName::ROLE_BASED_PREFIX)]
    BucketPrefix(BucketName),
    /// Roles are needed, but missing.
    #[error("a {} policy names mParticle's roles: use --pod, or --account, --writer-role and --verify-role", .0.as_str())]
    Roles(Kind),
    /// The owner of the key is missing.
    #[error("a key policy lets the key's own account administer the key: give the account")]
    Owner,
    /// The owner in the key's ARN differs from the given owner. The policy would give the key to another account.
    #[error("the key's ARN has the account `{}`, but the given owner is `{}`: correct one of them", key.as_str(), given.as_str())]
    OtherOwner {
        /// The owner in the ARN.
        key: Account,
        /// The given owner.
        given: Account,
    },
    /// The edition does not support this option.
    #[error("the {} edition of the {} policy does not support {option}: {way_out}", edition.as_str(), kind.as_str())]
    Option {
        /// The kind of policy.
        kind: Kind,
        /// The edition.
        edition: Edition,
        /// The option.
        option: &'static str,
        /// The alternative.
        way_out: &'static str,
    },
    /// There is no such policy.
    #[error("there is no {} edition of the {} policy: use `strict`", .1.as_str(), .0.as_str())]
    NoSuchPolicy(Kind, Edition),
    /// The values belong to different partitions.
    #[error("`{arn}` is not in the partition `{partition}`: a policy applies to one partition")]
    OtherPartition {
        /// The ARN.
        arn: String,
        /// The bucket's partition.
        partition: Partition,
    },
    /// The policy is larger than S3 accepts.
    #[error(
        "the bucket policy has {0} bytes and S3 takes {LONGEST_BUCKET_POLICY}: shorten it, for instance by joining statements"
    )]
    TooLong(usize),
    /// An input cannot be used in a policy.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A template is broken.
    #[error("failed to render the template `{name}`")]
    Template {
        /// The template's name.
        name: String,
        /// The error of the template engine or the JSON reader.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The templates. Only these kinds and editions exist.
pub(super) const TEMPLATES: [(Kind, Edition, &str); 9] = [
    (Kind::Bucket, Edition::Documented, include_str!("../../templates/bucket.documented.json.tera")),
    (Kind::Bucket, Edition::Strict, include_str!("../../templates/bucket.strict.json.tera")),
    (Kind::Bucket, Edition::Minio, include_str!("../../templates/bucket.minio.json.tera")),
    (Kind::User, Edition::Documented, include_str!("../../templates/user.documented.json.tera")),
    (Kind::User, Edition::Strict, include_str!("../../templates/user.strict.json.tera")),
    (Kind::User, Edition::Minio, include_str!("../../templates/user.minio.json.tera")),
    (Kind::Key, Edition::Strict, include_str!("../../templates/key.strict.json.tera")),
    (Kind::Reader, Edition::Strict, include_str!("../../templates/reader.strict.json.tera")),
    (Kind::Preflight, Edition::Strict, include_str!("../../templates/preflight.strict.json.tera")),
];

static ENGINE: LazyLock<Result<Tera, tera::Error>> = LazyLock::new(engine);

fn engine() -> Result<Tera, tera::Error> {
    let mut engine = Tera::new();
    engine.autoescape_on([".json"]);
    engine.set_escape_fn(escape);
    engine.register_filter("jsonencode", |items: Vec<String>, _: Kwargs, _: &State| {
        tera::Value::safe_string(&Value::from(items).to_string())
    });
    engine.add_raw_templates(TEMPLATES.map(|(kind, edition, text)| (name(kind, edition), text)))?;
    Ok(engine)
}

/// Escapes text for a JSON string.
fn escape(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let quoted = Value::from(text).to_string();
    out.write_all(&quoted.as_bytes()[1..quoted.len() - 1])
}

fn name(kind: Kind, edition: Edition) -> String {
    format!("{}.{}.json", kind.as_str(), edition.as_str())
}

/// Renders a policy. The members are in the order of the template; [`super::canonical`] sorts them.
///
/// # Errors
/// If an input is missing or not supported by this edition. The message has the remedy.
pub fn render(kind: Kind, edition: Edition, inputs: &Inputs) -> Result<Value, RenderError> {
    check(kind, edition, inputs)?;
    let name = name(kind, edition);
    let broken =
        |source: Box<dyn std::error::Error + Send + Sync>| RenderError::Template { name: name.clone(), source };
    let engine = ENGINE.as_ref().map_err(|error| broken(error.to_string().into()))?;
    let text = engine.render(&name, &context(inputs)).map_err(|error| broken(error.into()))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| broken(error.into()))?;
    match document.to_string().len() {
        bytes if kind == Kind::Bucket && bytes > LONGEST_BUCKET_POLICY => Err(RenderError::TooLong(bytes)),
        _ => Ok(document),
    }
}

fn check(kind: Kind, edition: Edition, inputs: &Inputs) -> Result<(), RenderError> {
    if !TEMPLATES.iter().any(|template| (template.0, template.1) == (kind, edition)) {
        return Err(RenderError::NoSuchPolicy(kind, edition));
    }
    if kind.names_roles() {
        if inputs.roles.is_none() {
            return Err(RenderError::Roles(kind));
        }
        if !inputs.bucket.allows_role_based() {
            return Err(RenderError::BucketPrefix(inputs.bucket.clone()));
        }
    }
    if kind == Kind::Key && inputs.owner_account.is_none() {
        return Err(RenderError::Owner);
    }
    if let (Some(key), Some(given)) = (&inputs.kms_key_arn, &inputs.owner_account)
        && key.account() != *given
    {
        return Err(RenderError::OtherOwner { key: key.account(), given: given.clone() });
    }
    let foreign = |option, way_out| Err(RenderError::Option { kind, edition, option, way_out });
    if inputs.folder.is_some() && kind == Kind::Key {
        return foreign("a folder", "a key is restricted to the bucket as a whole");
    }
    if inputs.folder.is_some() && kind == Kind::Preflight {
        return foreign("a folder", "`preflight` writes at the root of the bucket");
    }
    if (inputs.iam_user.is_some() || inputs.iam_role.is_some()) && kind != Kind::Preflight {
        return foreign("a user or a role to inspect", "only the policy for `preflight` reads them");
    }
    if inputs.folder.is_some() && edition == Edition::Documented {
        return foreign("a folder", "use `strict`");
    }
    if inputs.conformance_folder.is_some() && kind != Kind::Reader {
        return foreign("a conformance folder", "only a reader has one");
    }
    if inputs.kms_key_arn.is_some() && kind == Kind::Bucket {
        return foreign("a KMS key", "make the key's own policy too");
    }
    if inputs.kms_key_arn.is_some() && edition != Edition::Strict {
        return foreign("a KMS key", "use `strict`");
    }
    if !inputs.source_vpces.is_empty() && (kind, edition) != (Kind::Bucket, Edition::Strict) {
        return foreign("VPC endpoints", "they restrict reading, in the strict bucket policy");
    }
    let roles = inputs.roles.iter().flat_map(|roles| [roles.writer.as_str(), roles.verify.as_str()]);
    let key = inputs.kms_key_arn.as_ref().map(KeyArn::as_str);
    let prefix = format!("arn:{}:", inputs.partition);
    match roles.chain(key).find(|arn| !arn.starts_with(&prefix)) {
        Some(arn) => Err(RenderError::OtherPartition { arn: arn.to_owned(), partition: inputs.partition }),
        None => Ok(()),
    }
}

/// Every variable is always set, to an empty value if it was not given. A misspelled name in a template is therefore an
/// error.
fn context(inputs: &Inputs) -> Context {
    let mut context = Context::new();
    let roles = inputs.roles.as_ref();
    context.insert("partition", inputs.partition.as_str());
    context.insert("bucket", inputs.bucket.as_str());
    context.insert("writer_role_arn", roles.map_or("", |roles| &roles.writer));
    context.insert("verify_role_arn", roles.map_or("", |roles| &roles.verify));
    context.insert("folder", inputs.folder.as_ref().map_or("", PolicyFolder::as_str));
    context.insert("conformance_folder", inputs.conformance_folder.as_ref().map_or("", PolicyFolder::as_str));
    context.insert("kms_key_arn", inputs.kms_key_arn.as_ref().map_or("", KeyArn::as_str));
    context.insert("owner_account", inputs.owner_account.as_ref().map_or("", Account::as_str));
    context.insert("iam_user", inputs.iam_user.as_ref().map_or("", IamName::as_str));
    context.insert("iam_role", inputs.iam_role.as_ref().map_or("", IamName::as_str));
    let endpoints: Vec<&str> = inputs.source_vpces.iter().map(VpcEndpoint::as_str).collect();
    context.insert("source_vpces", &endpoints);
    context
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_escaped_as_json() {
        let mut engine = engine().unwrap();
        engine.add_raw_template("x.json", r#"["{{ text }}",{{ list | jsonencode }}]"#).unwrap();
        let hostile = "\"]}\\ \n\u{1} ${x} {{ x }} é";
        let mut context = Context::new();
        context.insert("text", hostile);
        context.insert("list", &[hostile]);
        let document: Value = serde_json::from_str(&engine.render("x.json", &context).unwrap()).unwrap();
        assert_eq!(document, serde_json::json!([hostile, [hostile]]));
    }

    #[test]
    fn an_unknown_variable_is_an_error() {
        let mut engine = engine().unwrap();
        let known = context(&Inputs::new("mp-forwarding-acme".parse().unwrap()));
        engine.add_raw_template("x.json", r#""{{ buckets }}""#).unwrap();
        assert!(engine.render("x.json", &known).is_err());
        for (kind, edition, _) in TEMPLATES {
            for variable in engine.get_template_variables(&name(kind, edition)).unwrap() {
                assert!(known.contains_key(variable), "{}: {variable}", name(kind, edition));
            }
        }
    }
}
