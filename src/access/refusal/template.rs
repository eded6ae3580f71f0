//! Variables of a template that were not filled in. Until they are, nothing is known about the policy.

use super::statement::{CLOUDFRONT, member};
use crate::access::actions::Table;
use crate::access::evaluate::without_variables;
use crate::access::policy::{Principals, Statement};
use crate::arn::Arn;

/// How an expression begins in Jinja and Mustache, ERB and EJS, Ruby, and Terraform.
const OPENINGS: [&str; 4] = ["{{", "<%", "#{", "%{"];
/// The sources of variables in the Serverless Framework, which have a colon like those of a policy.
const SERVERLESS: [&str; 6] = ["cf", "env", "opt", "param", "self", "sls"];
/// The condition key of a key's policy that names the bucket.
const ENCRYPTED: &str = "kms:EncryptionContext:aws:s3:arn";

/// The first variable in the statement: the member, and the message.
pub(super) fn unfilled(statement: &Statement) -> Option<(String, String)> {
    let actions = Some(("Action", &statement.actions, false));
    let resources = statement.resources.as_ref().map(|scope| ("Resource", scope, true));
    for (name, scope, names_bucket) in actions.into_iter().chain(resources) {
        if let Some(found) = scope.patterns.iter().find_map(|text| message(text, names_bucket)) {
            return Some((member(scope.negated, name), found));
        }
    }
    if let Some(scope) = &statement.principals
        && let Some(found) = scope.patterns.iter().find_map(of_principal)
    {
        return Some((member(scope.negated, "Principal"), found));
    }
    statement.conditions.iter().find_map(|condition| {
        let names_bucket = condition.key.eq_ignore_ascii_case(ENCRYPTED);
        let found = condition.values.iter().find_map(|text| message(text, names_bucket))?;
        Some((format!("Condition/{}/{}", condition.operator, condition.key), found))
    })
}

fn message(text: &str, names_bucket: bool) -> Option<String> {
    let said = || format!("`{}` has an unfilled variable of a template", text.escape_debug());
    let Some(plain) = without_variables(text, is_of_policy).filter(|plain| !has_expression(plain)) else {
        return Some(said());
    };
    // Other places have few forbidden characters. A bucket's name can have neither these nor a word in capitals.
    let is_in_name = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || "-.*?".contains(one);
    let bucket = Arn::parse(&plain).ok().filter(|_| names_bucket).and_then(|arn| arn.bucket())?;
    (!bucket.chars().all(is_in_name)).then(|| format!("{}: no bucket can be named `{}`", said(), bucket.escape_debug()))
}

/// A word in the place of an account is a variable too.
fn of_principal(entry: &Principals) -> Option<String> {
    let text = entry.text();
    let is_word = |account: &str| account != CLOUDFRONT && account.contains(char::is_alphabetic);
    match Arn::parse(text) {
        Ok(arn) if arn.service == "iam" && is_word(arn.account) => {
            Some(format!("`{}` has an unfilled variable of a template", text.escape_debug()))
        }
        _ => message(text, false),
    }
}

fn has_expression(text: &str) -> bool {
    // `<BUCKET>`, as in instructions.
    let is_tag = |(_, after): (&str, &str)| {
        let is_name = |one: char| one.is_alphanumeric() || " _-.".contains(one);
        after.split_once('>').is_some_and(|(name, _)| !name.is_empty() && name.chars().all(is_name))
    };
    OPENINGS.iter().any(|opening| text.contains(opening)) || text.split_once('<').is_some_and(is_tag)
}

/// Whether `${name}` is a variable of a policy: a condition key, with or without a default, or an escaped character.
fn is_of_policy(name: &str) -> bool {
    let key = name.split(',').next().unwrap_or_default().trim();
    match key.split_once(':') {
        // CloudFormation has `AWS::StackName`, the Serverless Framework `aws:region`.
        Some((service, _)) if service.eq_ignore_ascii_case("aws") => Table::built_in().is_global_key(key),
        Some((service, _)) => !SERVERLESS.contains(&service),
        None => ["*", "?", "$"].contains(&name),
    }
}
