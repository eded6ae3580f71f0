//! The target of a policy: the bucket, and mParticle's roles.

use super::breadth::roots;
use super::fault::{Expectations, Fault};
use super::rule::Rule;
use crate::access::evaluate::matches_action;
use crate::access::policy::{Effect, Policy, Principals, Statement};
use crate::access::{Catalogue, Partition, PolicyKind, Roles, probe};
use crate::arn::{Arn, account_of};
use crate::settings::{BucketName, ServerSideEncryption};

/// An address of the Internet for documentation. No network of the bucket's owner has it.
const ADDRESS: &str = "203.0.113.7";

/// The bucket, the roles and the owner that a policy is checked for.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) bucket: String,
    pub(super) partition: String,
    /// mParticle's roles, if they are known and this is a bucket's policy.
    pub(super) roles: Option<Roles>,
    pub(super) folder: Option<String>,
    pub(super) encryption: ServerSideEncryption,
    /// The addresses that mParticle's requests come from: at least one.
    pub(super) addresses: Vec<String>,
    /// The account that owns the bucket; a reserved one if it is not known.
    pub(super) owner: String,
}

impl Target {
    /// None if the policy does not concern a bucket.
    pub(super) fn of(policy: &Policy, expected: &Expectations) -> Option<Self> {
        let named = || policy.statements.iter().flat_map(buckets);
        let in_full = named().find(|(_, bucket)| !bucket.contains(['*', '?', '$']));
        let of_roles = expected.roles.as_ref().map(|roles| roles.partition().as_str());
        let partition = in_full.or_else(|| named().next()).map(|(partition, _)| partition);
        let partition = partition.filter(|text| !text.contains(['*', '?'])).or(of_roles).unwrap_or("aws");
        let bucket = match (&expected.bucket, in_full, named().next()) {
            (Some(bucket), ..) => bucket.as_str().to_owned(),
            (None, Some((_, bucket)), _) => bucket.to_owned(),
            // A bucket that the pattern matches.
            (None, None, Some((_, pattern))) if !pattern.starts_with(['*', '$']) => probe::sample(pattern),
            (None, None, _) => format!("{}sample", BucketName::ROLE_BASED_PREFIX),
        };
        let mut actions = policy.statements.iter().flat_map(|statement| &statement.actions.patterns);
        let speaks_of_s3 = |action: &String| action == "*" || action.to_ascii_lowercase().starts_with("s3:");
        let is_about_s3 = policy.is_of_resource() || named().next().is_some() || actions.any(speaks_of_s3);
        let roles = policy.is_of_resource().then(|| expected.roles.clone().or_else(|| roles_in(policy, partition)));
        let roles = roles.flatten();
        let given = expected.folder.as_ref().map(|folder| folder.as_str().to_owned());
        let folder = given.or_else(|| folder_in(policy, roles.as_ref()));
        is_about_s3.then(|| Self {
            bucket,
            partition: partition.to_owned(),
            owner: expected.owner.as_ref().map_or(probe::NO_OWNER, |owner| owner.as_str()).to_owned(),
            roles,
            folder,
            addresses: match expected.mparticle_addresses.as_slice() {
                [] => vec![ADDRESS.to_owned()],
                given => given.iter().map(ToString::to_string).collect(),
            },
            encryption: expected.encryption.unwrap_or(ServerSideEncryption::None),
        })
    }

    /// The first of the addresses.
    pub(super) fn address(&self) -> &str {
        self.addresses.first().map_or(ADDRESS, String::as_str)
    }

    pub(super) fn bucket_arn(&self) -> String {
        format!("arn:{}:s3:::{}", self.partition, self.bucket)
    }
}

/// The partition and the bucket of every ARN of S3.
fn buckets(statement: &Statement) -> impl Iterator<Item = (&str, &str)> {
    let resources = statement.resources.iter().flat_map(|resources| &resources.patterns);
    resources.filter_map(|text| Arn::parse(text).ok()).filter_map(|arn| Some((arn.partition, arn.bucket()?)))
}

/// The folder to which the policy restricts what mParticle puts. None if it allows the whole bucket, or several folders.
fn folder_in(policy: &Policy, roles: Option<&Roles>) -> Option<String> {
    let is_writer = |statement: &&Statement| match (roles, &statement.principals) {
        (Some(roles), Some(scope)) => scope.patterns.iter().any(|entry| entry.text() == roles.writer),
        (_, None) => true,
        _ => false,
    };
    let puts = |statement: &&Statement| {
        statement.effect == Effect::Allow
            && !statement.actions.negated
            && statement.actions.patterns.iter().any(|action| matches_action(action, "s3:PutObject"))
    };
    let allowed = policy.statements.iter().filter(puts).filter(is_writer);
    let resources = allowed.flat_map(|statement| &statement.resources).flat_map(|scope| &scope.patterns);
    let objects = resources.filter(|text| !text.contains("/mParticle_Bucket_Verification_"));
    let mut folders = objects.map(|text| {
        let (_, key) = Arn::parse(text).ok()?.resource.split_once('/')?;
        let folder = key.strip_suffix("/*").filter(|folder| !folder.is_empty() && !folder.contains(['*', '?', '$']))?;
        Some(folder.to_owned())
    });
    let first = folders.next()??;
    folders.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// The account that owns what the policy is attached to. For a key whose owner is not given, the account in its ARN, else
/// the first account that the policy names by its root: it is assumed to administer the key.
pub(super) fn owner_of(policy: &Policy, expected: &Expectations) -> Option<String> {
    if let Some(owner) = &expected.owner {
        return Some(owner.as_str().to_owned());
    }
    if policy.kind() != PolicyKind::Key {
        return None;
    }
    let arns = policy.statements.iter().flat_map(|one| &one.resources).flat_map(|scope| &scope.patterns);
    let mut keys = arns.filter_map(|text| Arn::parse(text).ok()).filter(|arn| arn.service == "kms");
    let of_key = keys.next().map(|arn| arn.account.to_owned());
    of_key.or_else(|| policy.statements.iter().find_map(roots).and_then(|roots| roots.into_iter().next()))
}

/// Every AWS principal that a statement allows by name.
fn allowed(policy: &Policy) -> impl Iterator<Item = (&Statement, &str)> {
    let allows = policy.statements.iter().filter(|statement| statement.effect == Effect::Allow);
    allows.flat_map(|statement| {
        statement.principals.iter().filter(|scope| !scope.negated).flat_map(|scope| &scope.patterns).filter_map(
            move |entry| match entry {
                Principals::Aws(text) => Some((statement, text.as_str())),
                _ => None,
            },
        )
    })
}

/// Whether mParticle writes from this account.
pub(super) fn is_of_mparticle(account: &str, roles: Option<&Roles>) -> bool {
    Catalogue::built_in().of_account(account).is_some() || roles.is_some_and(|roles| roles.account() == account)
}

/// The roles of the pod whose account the policy allows first.
pub(super) fn roles_in(policy: &Policy, partition: &str) -> Option<Roles> {
    let partition = partition.parse().unwrap_or(Partition::Aws);
    let pod = allowed(policy).find_map(|(_, principal)| Catalogue::built_in().of_account(account_of(principal)))?;
    Some(pod.roles(partition))
}

pub(super) fn check(policy: &Policy, target: &Target, expected: &Expectations, faults: &mut Vec<Fault>) {
    // S3 refuses the policy of a bucket that names another one.
    for statement in policy.statements.iter().filter(|_| !policy.is_of_resource()) {
        for (_, bucket) in buckets(statement) {
            let pattern = bucket.contains(['*', '?', '$']);
            if bucket != target.bucket && !pattern {
                let message =
                    format!("it concerns the bucket `{}` instead of `{}`", bucket.escape_debug(), target.bucket);
                let remedy = match &expected.bucket {
                    Some(_) => format!("write `{}`", target.bucket),
                    None => "name one bucket, or give it with --bucket".to_owned(),
                };
                faults.push(Fault::of_statement(Rule::OtherBucket, statement, "Resource", message, remedy));
                break;
            }
        }
    }
    let Some(roles) = &target.roles else { return };
    if !target.bucket.starts_with(BucketName::ROLE_BASED_PREFIX) {
        let prefix = BucketName::ROLE_BASED_PREFIX;
        let message = format!(
            "mParticle's roles write only to buckets whose name begins with `{prefix}`, not to `{}`",
            target.bucket.escape_debug()
        );
        faults.push(Fault::of_policy(
            Rule::BucketPrefix,
            message,
            "use a bucket with that prefix, or user-based access",
        ));
    }
    wrong_roles(policy, roles, faults);
}

/// Principals of mParticle's accounts that are not the pod's two roles.
pub(super) fn wrong_roles(policy: &Policy, roles: &Roles, faults: &mut Vec<Fault>) {
    for (statement, principal) in allowed(policy) {
        if is_of_mparticle(account_of(principal), Some(roles)) && principal != roles.writer && principal != roles.verify
        {
            let message =
                format!("`{}` belongs to mParticle but is not one of your pod's two roles", principal.escape_debug());
            let remedy = format!("write `{}` or `{}`", roles.writer, roles.verify);
            faults.push(Fault::of_statement(Rule::WrongRole, statement, "Principal", message, remedy));
        }
    }
}
