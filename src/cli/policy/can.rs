//! `mp-forwarding policy can`

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::input::{self, Given};
use super::print;
use crate::access::evaluate::{
    Context, Decision, Identity, Policies, Principal, Reason, Request, absent_keys, decide, is_action, is_resource,
};
use crate::access::input::Account;
use crate::access::policy::Principals;
use crate::access::refusal::{Terms, refused};
use crate::access::{Catalogue, Policy};
use crate::arn::Arn;
use crate::cli::output::{ANSWER, one_of};
use crate::cli::replaced::replaced_by;
use crate::cli::{ExitCode, Failure, Global};
use crate::report::Format;

/// Evaluate whether policies allow a request, and show the statement that decides
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding policy can bucket.json --action s3:PutObject \\
    --principal arn:aws:iam::583371261087:role/Prod-Role-DG12-Default \\
    --resource arn:aws:s3:::mp-forwarding-acme/a.txt
  mp-forwarding policy can user.json bucket.json --action s3:GetObject \\
    --principal arn:aws:iam::111122223333:user/mparticle \\
    --resource arn:aws:s3:::acme-events/a.txt \\
    --context aws:SecureTransport=false

Exit codes:
  0 the request is allowed, 1 it is denied,
  2 AWS refuses a policy, or a policy or an option cannot be used")]
pub(crate) struct Args {
    /// The policies, `-` for stdin. A policy with principals belongs to the bucket or key, others to the principal
    #[arg(required = true, value_name = "FILE")]
    policies: Vec<PathBuf>,
    /// The caller: the ARN of a user, role, session or root, a service of AWS, or `*` for an anonymous caller
    #[arg(long, value_name = "ARN")]
    principal: Principal,
    /// The action, such as s3:PutObject
    #[arg(long, value_name = "ACTION", value_parser = action)]
    action: String,
    /// The ARN of the resource, `*` for an action without a resource
    #[arg(long, value_name = "ARN", value_parser = resource)]
    resource: String,
    /// The account that owns the resource (default: the principal's account; for a principal of mParticle, another
    /// account)
    #[arg(long, value_name = "ACCOUNT")]
    owner: Option<Account>,
    /// A condition key of the request; repeatable, also for several values of one key; `KEY=` removes the key
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    context: Vec<(String, String)>,
    /// The format of the answer
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = one_of(ANSWER))]
    format: Format,
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "", value_parser = replaced_by("--format json"))]
    json: Option<String>,
}

/// Two policies of the resource.
#[derive(Debug, thiserror::Error)]
#[error("`{first}` and `{second}` both name principals, but a resource has only one policy")]
struct TwoResourcePolicies {
    first: String,
    second: String,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if key.contains(':') => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as `aws:SecureTransport=false`".to_owned()),
    }
}

fn action(text: &str) -> Result<String, String> {
    match is_action(text) && !text.contains(['*', '?']) {
        true => Ok(text.to_owned()),
        false => Err("a request has one action with its service: write it as `s3:PutObject`".to_owned()),
    }
}

fn resource(text: &str) -> Result<String, String> {
    match is_resource(text) && (text == "*" || Arn::parse(text).is_ok()) {
        true => Ok(text.to_owned()),
        false => {
            Err("write an ARN, as in `arn:aws:s3:::BUCKET/KEY`, or `*` for an action without a resource".to_owned())
        }
    }
}

/// The ARN of the session's role as it is in the policies. A session's own ARN does not have the role's path.
fn role_of<'a>(session: &Principal, policies: impl Iterator<Item = &'a Policy>) -> Option<String> {
    let statements = policies.flat_map(|policy| &policy.statements);
    let texts = statements.flat_map(|statement| {
        let principals = statement.principals.iter().flat_map(|scope| &scope.patterns).map(Principals::text);
        principals.chain(statement.conditions.iter().flat_map(|condition| &condition.values).map(String::as_str))
    });
    let mut named: Vec<&str> = texts.filter(|text| session.is_session_of(text) && !text.contains(['*', '?'])).collect();
    named.sort_unstable();
    named.dedup();
    match named.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => None,
    }
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let mut identity = Vec::new();
    let mut resource: Option<(String, Policy)> = None;
    for path in args.policies {
        for Given { name, policy, bytes } in input::policies(&path)? {
            if let Some(refused) = refused(&policy, &Terms { bytes: Some(bytes), ..Terms::default() }) {
                return Err(Failure::usage(refused));
            }
            match (policy.is_of_resource(), &resource) {
                (false, _) => identity.push((name, policy)),
                (true, None) => resource = Some((name, policy)),
                (true, Some((first, _))) => {
                    return Err(Failure::usage(TwoResourcePolicies { first: first.clone(), second: name }));
                }
            }
        }
    }
    let known: Vec<(&str, &Policy)> = identity.iter().map(|(name, policy)| (name.as_str(), policy)).collect();
    let of_mparticle =
        args.principal.account().is_some_and(|account| Catalogue::built_in().of_account(account).is_some());
    // No account has this number, so the owner is not mParticle.
    let owner = args.owner.as_ref().map(Account::as_str).or(of_mparticle.then_some("000000000000"));
    if owner.is_none() && args.principal.account().is_some() && !global.quiet {
        say!("note: assuming that the resource is in the principal's own account; otherwise use --owner");
    }
    let policies = Policies {
        identity: if known.is_empty() { Identity::Assumed } else { Identity::Known(&known) },
        resource: resource.as_ref().map(|(_, policy)| policy),
        owner,
    };
    let mut context = Context::of(&args.principal);
    let role = role_of(&args.principal, known.iter().map(|(_, policy)| *policy).chain(policies.resource));
    if let Some(role) = &role {
        context.set("aws:PrincipalArn", [role.as_str()]);
    }
    let is_guess = matches!(args.principal, Principal::Session(_)) && role.is_none();
    let is_guess = is_guess && !args.context.iter().any(|(key, _)| key.eq_ignore_ascii_case("aws:PrincipalArn"));
    for (key, _) in &args.context {
        context.remove(key);
    }
    // A request without TLS has no version of it.
    let is_plain =
        |(key, value): &(String, String)| key.eq_ignore_ascii_case("aws:SecureTransport") && value == "false";
    if args.context.iter().any(is_plain) {
        context.remove("s3:TlsVersion");
    }
    for (key, value) in args.context.into_iter().filter(|(_, value)| !value.is_empty()) {
        let values: Vec<String> = context.get(&key).unwrap_or_default().iter().cloned().chain([value]).collect();
        context.set(&key, values);
    }
    let request = Request { principal: args.principal, action: args.action, resource: args.resource, context };
    let decision = decide(&request, &policies).map_err(Failure::usage)?;
    let absent = absent_keys(&request, &policies);
    if !global.quiet {
        if !absent.is_empty() {
            let keys: Vec<_> = absent.iter().map(|key| format!("`{}`", key.escape_debug())).collect();
            say!("note: assuming that the request has no {}; otherwise use --context", keys.join(", "));
        }
        if is_guess {
            let role = request.context.get("aws:PrincipalArn").unwrap_or_default().join("");
            say!("note: assuming that `aws:PrincipalArn` is `{role}`; if the role has a path, use --context");
        }
    }
    print(&if args.format == Format::Json {
        format!("{:#}\n", document(&request, &decision, &absent))
    } else {
        format!("{decision}\n")
    })?;
    Ok(if decision.is_allowed() { ExitCode::Good } else { ExitCode::Findings })
}

fn document(request: &Request, decision: &Decision, absent: &BTreeSet<String>) -> serde_json::Value {
    let by = match &decision.reason {
        Reason::ExplicitDeny(by) => std::slice::from_ref(by),
        Reason::Allowed { by, .. } => by.as_slice(),
        _ => &[],
    };
    let statements: Vec<_> = by
        .iter()
        .map(|by| serde_json::json!({ "policy": by.policy, "statement": by.statement.trim_matches('`'), "index": by.index }))
        .collect();
    serde_json::json!({
        "principal": request.principal.to_string(),
        "action": request.action,
        "resource": request.resource,
        "allowed": decision.is_allowed(),
        "assumes_identity_policy": matches!(decision.reason, Reason::Allowed { assumed: true, .. }),
        "statements": statements,
        "absent_keys": absent,
        "reason": decision.to_string(),
    })
}
