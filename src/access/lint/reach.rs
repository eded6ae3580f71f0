//! What principals other than mParticle may do with a bucket or a key, by evaluating requests as each of them.

use std::collections::{BTreeMap, BTreeSet};

use super::breadth::restricts;
use super::fault::{Expectations, Fault};
use super::rule::Rule;
use super::target::{is_of_mparticle, owner_of};
use crate::access::actions::{Level, Table};
use crate::access::evaluate::{
    Context, EvaluateError, Identity, Policies, Principal, Reason, Request, decide, matches_action,
};
use crate::access::policy::{Effect, Policy, Principals, Statement};
use crate::access::refusal::is_unique_id;
use crate::access::{PolicyKind, probe};
use crate::arn::{Arn, account_of, is_account};

/// Actions that read.
const READS: [&str; 5] = ["s3:GetObject", "s3:ListBucket", "s3:GetBucketPolicy", "kms:Decrypt", "kms:DescribeKey"];
/// Actions that write, delete, or change who may do so.
const CHANGES: [&str; 17] = [
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:PutObjectAcl",
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
    "s3:DeleteBucket",
    "kms:CreateGrant",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:DisableKey",
    "kms:RetireGrant",
];
/// How many actions a message lists.
const LISTED: usize = 6;

/// What one principal may do.
#[derive(Default)]
struct Reach {
    actions: BTreeSet<String>,
    conditions: BTreeSet<String>,
    statement: String,
    index: usize,
}

/// # Errors
/// If AWS would not store the policy.
pub(super) fn check(policy: &Policy, expected: &Expectations, faults: &mut Vec<Fault>) -> Result<(), EvaluateError> {
    let owner = owner_of(policy, expected);
    let mut found: BTreeMap<String, Reach> = BTreeMap::new();
    for statement in policy.statements.iter().filter(|one| one.effect == Effect::Allow) {
        let Some(scope) = statement.principals.as_ref().filter(|scope| !scope.negated) else { continue };
        for entry in &scope.patterns {
            if !is_outsider(entry, statement, owner.as_deref(), expected) {
                continue;
            }
            let actions = allowed(policy, statement, entry, owner.as_deref())?;
            if actions.is_empty() {
                continue;
            }
            let reach = found.entry(name(entry)).or_insert_with(|| Reach {
                statement: statement.name(),
                index: statement.index,
                ..Reach::default()
            });
            reach.actions.extend(actions);
            reach.conditions.extend(statement.conditions.iter().map(|condition| condition.key.clone()));
        }
    }
    let what = if policy.kind() == PolicyKind::Key { "key" } else { "bucket" };
    faults.extend(found.into_iter().map(|(who, reach)| reach.fault(&who, what, owner.is_some())));
    Ok(())
}

impl Reach {
    fn fault(self, who: &str, what: &str, is_owner_known: bool) -> Fault {
        let changes = self.actions.iter().any(|action| is_change(action));
        let (rule, remedy) = match changes {
            true => (Rule::OthersChange, "remove it, unless this principal must change what mParticle writes"),
            false => (Rule::OthersRead, "check that you know this principal"),
        };
        let listed: Vec<&str> = self.actions.iter().map(String::as_str).take(LISTED).collect();
        let more = self.actions.len().saturating_sub(LISTED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let message = format!(
            "{}: {who} may call {}{more} on the {what}{}",
            self.statement,
            listed.join(", "),
            under(&self.conditions)
        );
        let owner = if is_owner_known { "" } else { "; if it is of your own account, give the account with --owner" };
        let pointer = format!("/Statement/{}", self.index);
        Fault { rule, pointer, message, remedy: format!("{remedy}{owner}") }
    }
}

/// The condition keys that decide, in the words of a message.
pub(super) fn under(keys: &BTreeSet<String>) -> String {
    if keys.is_empty() {
        return ", without a condition".to_owned();
    }
    let keys: Vec<_> = keys.iter().map(|key| format!("`{}`", key.escape_debug())).collect();
    format!(", if its condition on {} is met", keys.join(" and "))
}

/// Whether this action writes, deletes or changes who may. An action that neither list has is known by its name.
pub(super) fn is_change(action: &str) -> bool {
    let name = action.split_once(':').map_or(action, |(_, name)| name);
    CHANGES.iter().any(|known| known.eq_ignore_ascii_case(action))
        || ["Put", "Delete", "Replicate", "Bypass", "Abort", "Update", "Create", "Schedule", "Disable"]
            .iter()
            .any(|start| name.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}

fn name(entry: &Principals) -> String {
    let text = entry.text().escape_debug();
    match entry {
        Principals::Anyone => "everyone".to_owned(),
        Principals::Aws(arn) if is_account(arn) || arn.ends_with(":root") => {
            format!("every principal of the account `{}`", account_of(arn))
        }
        Principals::Aws(arn) if account_of(arn) == "cloudfront" => format!("CloudFront (`{text}`)"),
        Principals::Aws(_) => format!("`{text}`"),
        Principals::Service(name) if name.starts_with("cloudfront.") => {
            format!("CloudFront (`{text}`) of any account")
        }
        Principals::Service(_) => format!("the service `{text}` for any account"),
        Principals::Federated(_) => format!("users of the identity provider `{text}`"),
        Principals::Canonical(_) => format!("the canonical user `{text}`"),
    }
}

/// Whether the entry is neither mParticle, nor of the owner, nor reported by another rule.
fn is_outsider(entry: &Principals, statement: &Statement, owner: Option<&str>, expected: &Expectations) -> bool {
    let is_own = |account: &str| owner == Some(account) || is_of_mparticle(account, expected.roles.as_ref());
    match entry {
        // Without a restriction, `wildcard-principal` reports it.
        Principals::Anyone => {
            let names_own = statement.conditions.iter().filter(|condition| restricts(condition)).any(|condition| {
                let key = condition.key.to_ascii_lowercase();
                ["aws:principalaccount", "aws:principalarn", "kms:calleraccount"].contains(&key.as_str())
                    && condition.values.iter().all(|value| is_own(account_of(value)))
            });
            statement.conditions.iter().any(restricts) && !names_own
        }
        Principals::Service(_) => {
            let names_source = |key: &str| {
                ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "kms:calleraccount"]
                    .contains(&key.to_ascii_lowercase().as_str())
            };
            !statement.conditions.iter().any(|condition| restricts(condition) && names_source(&condition.key))
        }
        // The unique id of a deleted principal is no principal: `deleted-principal` reports it.
        Principals::Aws(text) => !is_unique_id(entry) && !is_own(account_of(text)),
        Principals::Federated(_) | Principals::Canonical(_) => true,
    }
}

/// The actions that the policy allows the entry because of this statement.
fn allowed(
    policy: &Policy,
    statement: &Statement,
    entry: &Principals,
    owner: Option<&str>,
) -> Result<BTreeSet<String>, EvaluateError> {
    let caller = caller(entry);
    let mut found = BTreeSet::new();
    for (action, resource) in asked(statement) {
        let mut context = Context::of(&caller);
        satisfy(statement, &mut context);
        let request = Request { principal: caller.clone(), action: action.clone(), resource, context };
        let owner = Some(owner.unwrap_or(probe::NO_OWNER));
        let policies = Policies { identity: Identity::Assumed, resource: Some(policy), owner };
        if let Reason::Allowed { .. } = decide(&request, &policies)?.reason {
            found.insert(action);
        }
    }
    Ok(found)
}

/// A caller that the entry names.
fn caller(entry: &Principals) -> Principal {
    let parsed = match entry {
        Principals::Anyone => Some(Principal::Anonymous),
        Principals::Aws(text) if is_account(text) => format!("arn:aws:iam::{text}:root").parse().ok(),
        Principals::Aws(text) | Principals::Service(text) => text.parse::<Principal>().ok(),
        Principals::Federated(_) | Principals::Canonical(_) => None,
    };
    parsed.map_or_else(|| Principal::Other(entry.clone()), |caller| caller.in_session("session"))
}

/// The actions that the statement matches, each with a resource: the known ones of the lists, and those that the statement
/// names.
pub(super) fn asked(statement: &Statement) -> Vec<(String, String)> {
    let table = Table::built_in();
    let named =
        statement.actions.patterns.iter().filter_map(|text| table.action(text)).map(|action| action.name.as_str());
    let all: BTreeSet<&str> = READS.iter().chain(&CHANGES).copied().chain(named).collect();
    let matches = |action: &&str| {
        statement.actions.patterns.iter().any(|pattern| matches_action(pattern, action)) != statement.actions.negated
    };
    let resources = statement.resources.iter().filter(|scope| !scope.negated).flat_map(|scope| &scope.patterns);
    let resources: Vec<String> = resources.map(|text| sample(text)).collect();
    let mut asked = Vec::new();
    for action in all.into_iter().filter(matches) {
        let Some(known) = table.action(action) else { continue };
        let fits = |resource: &&String| match Arn::parse(resource) {
            Ok(arn) if arn.service == "s3" && arn.resource.contains('/') => known.is_on(Level::Object),
            Ok(arn) if arn.service == "s3" => known.is_on(Level::Bucket),
            _ => known.is_on(Level::Key),
        };
        if let Some(resource) = resources.iter().find(fits) {
            asked.push((action.to_owned(), resource.clone()));
        }
    }
    asked
}

/// One resource that the pattern matches.
fn sample(pattern: &str) -> String {
    match pattern {
        "*" => format!("arn:aws:kms:us-east-1:{}:key/sample", probe::NO_OWNER),
        _ => probe::sample(pattern),
    }
}

/// Sets the condition keys so that the statement applies, except those that follow from the caller.
pub(super) fn satisfy(statement: &Statement, context: &mut Context) {
    for condition in &statement.conditions {
        let operator = condition.operator.to_ascii_lowercase();
        let is_of_caller = condition.key.to_ascii_lowercase().starts_with("aws:principal")
            && context.get(&condition.key).is_some_and(|values| !values.is_empty());
        let Some(value) = condition.values.first().filter(|value| !value.contains("${")) else { continue };
        if is_of_caller {
            continue;
        }
        let moved = |by: f64| value.parse::<f64>().map_or_else(|_| value.clone(), |number| (number + by).to_string());
        match operator.as_str() {
            "null" if value == "true" => context.remove(&condition.key),
            "null" => context.set(&condition.key, ["sample"]),
            // An absent key meets a negated operator.
            _ if operator.contains("not") => {}
            "numericlessthan" => context.set(&condition.key, [moved(-0.1)]),
            "numericgreaterthan" => context.set(&condition.key, [moved(0.1)]),
            _ => context.set(&condition.key, [probe::sample(value)]),
        }
    }
}
