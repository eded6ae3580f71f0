//! The model of a policy, for the linter and the evaluator.

use serde_json::{Map, Value};

use crate::json;

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The version of the policy language. The default is the old version, which has no policy variables.
    pub version: Version,
    /// The statements, in the order of the document.
    pub statements: Vec<Statement>,
}

/// A version of the policy language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// `2012-10-17`.
    Current,
    /// `2008-10-17`, or no version.
    Old,
}

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its index in the document, from 0.
    pub index: usize,
    /// The statement's Sid.
    pub sid: Option<String>,
    /// Whether the statement allows or denies.
    pub effect: Effect,
    /// The principals. A policy of a user or role has none.
    pub principals: Option<Scope<Principals>>,
    /// The actions.
    pub actions: Scope<String>,
    /// The resources.
    pub resources: Option<Scope<String>>,
    /// The conditions. All of them must be met.
    pub conditions: Vec<Condition>,
}

/// The effect of a statement on the requests that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Allows them, unless another statement denies them.
    Allow,
    /// Denies them, even if other statements allow them.
    Deny,
}

/// A list of patterns. A request must match one of them, or none if the list is negated (as in `NotAction`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope<T> {
    /// Whether it is the `Not` form.
    pub negated: bool,
    /// The patterns.
    pub patterns: Vec<T>,
}

/// An entry of `Principal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principals {
    /// `*`: everyone, including anonymous callers.
    Anyone,
    /// An ARN, an account id or a unique id of AWS.
    Aws(String),
    /// A service of AWS, such as `cloudtrail.amazonaws.com`.
    Service(String),
    /// An identity provider.
    Federated(String),
    /// A canonical user id of S3.
    Canonical(String),
}

/// One condition of a statement, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The operator, for instance `StringEqualsIfExists`.
    pub operator: String,
    /// The key, for instance `aws:SecureTransport`.
    pub key: String,
    /// The values. One of them must match, or none for a negated operator.
    pub values: Vec<String>,
}

/// Why a text is not a policy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The text is not JSON, or a name occurs twice in one object.
    #[error("not JSON")]
    Json(#[from] serde_json::Error),
    /// The text is JSON, but AWS does not accept it as a policy.
    #[error("not a policy: {message} (at {})", if pointer.is_empty() { "the top" } else { pointer })]
    Form {
        /// The JSON Pointer to the place.
        pointer: String,
        /// What is wrong and what is expected.
        message: String,
    },
}

/// The longest text of a policy, in bytes. AWS takes at most 32 KiB (a key policy); the rest is for white space.
const LONGEST: usize = 256 << 10;

/// Refuses the text of a policy that is too long.
///
/// # Errors
/// If it has more than 256 KiB.
pub(crate) fn refuse_long(text: &str) -> Result<&str, PolicyError> {
    match text.len() > LONGEST {
        true => refuse("", "it has more than 256 KiB, the limit; AWS takes at most 32 KiB"),
        false => Ok(text),
    }
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// If the text is longer than 256 KiB, not JSON, or not a policy.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        Self::from_value(&json::read(refuse_long(text)?)?)
    }

    /// Reads a policy from parsed JSON.
    ///
    /// # Errors
    /// If it is not a policy.
    pub fn from_value(document: &Value) -> Result<Self, PolicyError> {
        let members = object(document, "")?;
        known(members, &["Version", "Id", "Statement"], "")?;
        let version = match members.get("Version") {
            None => Version::Old,
            Some(Value::String(version)) if version == "2012-10-17" => Version::Current,
            Some(Value::String(version)) if version == "2008-10-17" => Version::Old,
            Some(_) => return refuse("/Version", "the version is `2012-10-17`"),
        };
        let statements = match members.get("Statement") {
            None => return refuse("", "it has no `Statement`"),
            Some(Value::Array(list)) if list.is_empty() => return refuse("/Statement", "it has no statement"),
            Some(Value::Array(list)) => list
                .iter()
                .enumerate()
                .map(|(index, value)| statement(index, value, &format!("/Statement/{index}")))
                .collect::<Result<_, _>>()?,
            Some(one) => vec![statement(0, one, "/Statement")?],
        };
        Ok(Self { version, statements })
    }

    /// Whether any statement names a principal. Only the policy of a resource does.
    pub fn is_of_resource(&self) -> bool {
        self.statements.iter().any(|statement| statement.principals.is_some())
    }
}

impl Principals {
    /// The text of the entry.
    pub fn text(&self) -> &str {
        match self {
            Self::Anyone => "*",
            Self::Aws(text) | Self::Service(text) | Self::Federated(text) | Self::Canonical(text) => text,
        }
    }
}

impl Statement {
    /// The statement's name in messages: its Sid, else its number from 1.
    pub fn name(&self) -> String {
        match &self.sid {
            Some(sid) if !sid.is_empty() => format!("`{}`", sid.escape_debug()),
            _ => format!("statement {}", self.index + 1),
        }
    }
}

fn refuse<T>(pointer: &str, message: impl Into<String>) -> Result<T, PolicyError> {
    Err(PolicyError::Form { pointer: pointer.to_owned(), message: message.into() })
}

fn object<'a>(value: &'a Value, pointer: &str) -> Result<&'a Map<String, Value>, PolicyError> {
    match value {
        Value::Object(members) => Ok(members),
        _ => refuse(pointer, "an object is expected"),
    }
}

fn known(members: &Map<String, Value>, names: &[&str], pointer: &str) -> Result<(), PolicyError> {
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            refuse(pointer, format!("`{}` is unknown (known: {}); case matters", name.escape_debug(), names.join(", ")))
        }
    }
}

fn statement(index: usize, value: &Value, at: &str) -> Result<Statement, PolicyError> {
    let members = object(value, at)?;
    let names =
        ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
    known(members, &names, at)?;
    let sid = match members.get("Sid") {
        None => None,
        Some(Value::String(sid)) => Some(sid.clone()),
        Some(_) => return refuse(&format!("{at}/Sid"), "a Sid is a string"),
    };
    let effect = match members.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        _ => return refuse(&format!("{at}/Effect"), "the effect is `Allow` or `Deny`"),
    };
    let Some(actions) = scope(members, "Action", at, strings)? else {
        return refuse(at, "a statement has an `Action` or a `NotAction`");
    };
    Ok(Statement {
        index,
        sid,
        effect,
        principals: scope(members, "Principal", at, principals)?,
        actions,
        resources: scope(members, "Resource", at, strings)?,
        conditions: members.get("Condition").map_or(Ok(Vec::new()), |value| conditions(value, at))?,
    })
}

/// Reads `NAME` or `NotNAME`. AWS allows only one of them.
fn scope<T>(
    members: &Map<String, Value>,
    name: &str,
    at: &str,
    read: fn(&Value, &str) -> Result<Vec<T>, PolicyError>,
) -> Result<Option<Scope<T>>, PolicyError> {
    let not_name = format!("Not{name}");
    let (name, negated) = match (members.contains_key(name), members.contains_key(&not_name)) {
        (false, false) => return Ok(None),
        (true, true) => return refuse(at, format!("`{name}` and `{not_name}` exclude each other")),
        (true, false) => (name, false),
        (false, true) => (not_name.as_str(), true),
    };
    let patterns = read(&members[name], &format!("{at}/{name}"))?;
    Ok(Some(Scope { negated, patterns }))
}

fn strings(value: &Value, at: &str) -> Result<Vec<String>, PolicyError> {
    match value {
        Value::String(one) => Ok(vec![one.clone()]),
        Value::Array(list) if !list.is_empty() => list
            .iter()
            .map(|item| match item {
                Value::String(text) => Ok(text.clone()),
                _ => refuse(at, "a string is expected"),
            })
            .collect(),
        _ => refuse(at, "a string or a list of strings is expected"),
    }
}

fn principals(value: &Value, at: &str) -> Result<Vec<Principals>, PolicyError> {
    let members = match value {
        Value::String(text) if text == "*" => return Ok(vec![Principals::Anyone]),
        Value::Object(members) if !members.is_empty() => members,
        _ => return refuse(at, "a principal is `*` or an object, such as `{\"AWS\": \"arn:…\"}`"),
    };
    known(members, &["AWS", "Service", "Federated", "CanonicalUser"], at)?;
    let mut all = Vec::new();
    for (name, value) in members {
        let wrap = match name.as_str() {
            "AWS" => |text: String| if text == "*" { Principals::Anyone } else { Principals::Aws(text) },
            "Service" => Principals::Service,
            "Federated" => Principals::Federated,
            _ => Principals::Canonical,
        };
        all.extend(strings(value, &format!("{at}/{name}"))?.into_iter().map(wrap));
    }
    Ok(all)
}

fn conditions(value: &Value, at: &str) -> Result<Vec<Condition>, PolicyError> {
    let mut all = Vec::new();
    for (operator, keys) in object(value, &format!("{at}/Condition"))? {
        for (key, value) in object(keys, &format!("{at}/Condition/{operator}"))? {
            let at = format!("{at}/Condition/{operator}/{key}");
            let values = match value {
                Value::Array(list) => list.iter().map(|value| scalar(value, &at)).collect::<Result<_, _>>()?,
                one => vec![scalar(one, &at)?],
            };
            all.push(Condition { operator: operator.clone(), key: key.clone(), values });
        }
    }
    Ok(all)
}

/// AWS treats `true` and `1` as `"true"` and `"1"`.
fn scalar(value: &Value, at: &str) -> Result<String, PolicyError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        _ => refuse(at, "a string, a number, a boolean or a list of these is expected"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_values_and_lists_read_alike() {
        let one = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject",
            "Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true}}}}"#;
        let list = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["s3:GetObject"],
            "Resource":["*"],"Condition":{"Bool":{"aws:SecureTransport":["true"]}}}]}"#;
        assert_eq!(Policy::parse(one).unwrap(), Policy::parse(list).unwrap());
    }

    #[test]
    fn what_is_not_a_policy_is_refused_with_its_place() {
        let in_statement = |members: &str| format!(r#"{{"Statement":[{{{members}}}]}}"#);
        for (text, expected) in [
            ("{".to_owned(), "not JSON"),
            ("[]".to_owned(), "an object is expected (at the top)"),
            ("{}".to_owned(), "no `Statement`"),
            (r#"{"Statement":[]}"#.to_owned(), "no statement (at /Statement)"),
            (r#"{"statement":[]}"#.to_owned(), "`statement` is unknown (known: Version, Id, Statement)"),
            (r#"{"Version":"2012-10-18","Statement":[]}"#.to_owned(), "`2012-10-17` (at /Version)"),
            (in_statement(r#""Effect":"allow","Action":"*""#), "`Allow` or `Deny` (at /Statement/0/Effect)"),
            (in_statement(r#""Effect":"Allow""#), "an `Action` or a `NotAction`"),
            (in_statement(r#""Effect":"Allow","Action":"*","NotAction":"*""#), "exclude each other"),
            (in_statement(r#""Effect":"Allow","Action":[1]"#), "a string is expected (at /Statement/0/Action)"),
            (in_statement(r#""Effect":"Allow","Action":"*","Principal":"me""#), "a principal is `*` or an object"),
            (in_statement(r#""Effect":"Allow","Action":"*","Condition":{"Bool":[]}"#), "/Statement/0/Condition/Bool"),
            (in_statement(r#""Effect":"Allow","Action":"*","Sids":"a""#), "`Sids` is unknown"),
        ] {
            let message = Policy::parse(&text).unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
