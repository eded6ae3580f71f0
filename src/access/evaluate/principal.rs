//! The sender of a request, and the principals that a statement names.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::access::policy::{Principals, Scope};
use crate::arn::{Arn, is_account};

/// The sender of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// An anonymous caller.
    Anonymous,
    /// The root user of an account.
    Root(PrincipalArn),
    /// An IAM user.
    User(PrincipalArn),
    /// A role, in any of its sessions.
    Role(PrincipalArn),
    /// One session of a role.
    Session(PrincipalArn),
    /// A service of AWS.
    Service(String),
    /// A principal that only the policy of a resource knows: an identity provider, a canonical user, or an origin access
    /// identity of CloudFront.
    Other(Principals),
}

/// The ARN of a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalArn {
    text: String,
    partition: String,
    account: String,
    /// The part after the type, for instance a role's path and name.
    name: String,
}

/// A text that is not a principal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a principal: write the ARN of a user, a role, a role's session or an account's root, a service such as `cloudtrail.amazonaws.com`, or `*` for an anonymous caller", .0.escape_debug())]
pub struct UnknownPrincipal(String);

/// How a statement names a principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// By its own name, or with everyone.
    Directly,
    /// By its account. Within that account, the account's own policies then decide.
    ByAccount,
}

impl Principal {
    /// The principal's account.
    pub fn account(&self) -> Option<&str> {
        self.arn().map(|arn| arn.account.as_str())
    }

    fn arn(&self) -> Option<&PrincipalArn> {
        match self {
            Self::Root(arn) | Self::User(arn) | Self::Role(arn) | Self::Session(arn) => Some(arn),
            Self::Anonymous | Self::Service(_) | Self::Other(_) => None,
        }
    }

    /// The condition keys that follow from the principal.
    pub(super) fn context(&self) -> Vec<(&'static str, String)> {
        let Some(arn) = self.arn() else {
            return match self {
                Self::Service(name) => vec![("aws:PrincipalServiceName", name.clone())],
                Self::Other(_) => Vec::new(),
                _ => vec![("aws:PrincipalType", "Anonymous".to_owned())],
            };
        };
        let mut keys = vec![("aws:PrincipalAccount", arn.account.clone())];
        let name = || arn.name.rsplit('/').next().unwrap_or_default().to_owned();
        match self {
            Self::Root(_) => {
                keys.extend([("aws:PrincipalArn", arn.text.clone()), ("aws:PrincipalType", "Account".into())])
            }
            Self::User(_) => keys.extend([
                ("aws:PrincipalArn", arn.text.clone()),
                ("aws:PrincipalType", "User".into()),
                ("aws:username", name()),
            ]),
            Self::Role(_) => {
                keys.extend([("aws:PrincipalArn", arn.text.clone()), ("aws:PrincipalType", "AssumedRole".into())]);
            }
            // A session's ARN does not contain the role's path, so this is the role's ARN only if the path is empty.
            _ => {
                keys.extend([("aws:PrincipalArn", arn.role_of_session()), ("aws:PrincipalType", "AssumedRole".into())])
            }
        }
        keys
    }

    /// How `Principal` or `NotPrincipal` names the principal; None if it does not.
    pub(super) fn named_in(&self, scope: &Scope<Principals>) -> Option<Named> {
        let named = scope.patterns.iter().filter_map(|entry| self.named_by(entry));
        if !scope.negated {
            return named.min_by_key(|named| *named == Named::ByAccount);
        }
        // As documented: `NotPrincipal` excepts a principal only if it also names the account, and a session only if it
        // also names the role.
        let named: Vec<_> = named.collect();
        let everyone = scope.patterns.contains(&Principals::Anyone);
        // A session sends the request, and `NotPrincipal` must name it in addition to its role.
        let session = match self {
            Self::Session(arn) => scope.patterns.iter().any(|entry| entry.text() == arn.text),
            _ => true,
        };
        let role = !matches!(self, Self::Session(_)) || scope.patterns.iter().any(|entry| self.is_role_named_by(entry));
        let itself = named.contains(&Named::Directly) && session && role;
        let account = named.contains(&Named::ByAccount)
            || matches!(self, Self::Root(_) | Self::Anonymous | Self::Service(_) | Self::Other(_));
        let excepted = everyone || (itself && account);
        (!excepted).then_some(Named::Directly)
    }

    fn named_by(&self, entry: &Principals) -> Option<Named> {
        match (entry, self) {
            (Principals::Anyone, _) => Some(Named::Directly),
            (Principals::Service(name), Self::Service(own)) => (name == own).then_some(Named::Directly),
            (entry, Self::Other(own)) => (entry == own).then_some(Named::Directly),
            (Principals::Aws(text), _) => self.named_by_arn(text),
            _ => None,
        }
    }

    fn named_by_arn(&self, text: &str) -> Option<Named> {
        let own = self.arn()?;
        if *text == own.text {
            return Some(Named::Directly);
        }
        if *text == own.account || *text == format!("arn:{}:iam::{}:root", own.partition, own.account) {
            return Some(Named::ByAccount);
        }
        self.is_session_of(text).then_some(Named::Directly)
    }

    fn is_role_named_by(&self, entry: &Principals) -> bool {
        matches!(entry, Principals::Aws(text) if self.is_session_of(text))
    }

    /// Whether this is a session of that role. A session's ARN does not contain the role's path.
    pub fn is_session_of(&self, role: &str) -> bool {
        let Self::Session(own) = self else { return false };
        let role = role.strip_prefix(&format!("arn:{}:iam::{}:role/", own.partition, own.account));
        role.is_some_and(|role| role.rsplit('/').next() == own.name.split('/').next())
    }

    /// The session of the role that sends the role's requests. Any other principal is returned unchanged.
    #[must_use]
    pub fn in_session(self, session: &str) -> Self {
        let Self::Role(PrincipalArn { partition, account, name, .. }) = self else { return self };
        let name = format!("{}/{session}", name.rsplit('/').next().unwrap_or_default());
        let text = format!("arn:{partition}:sts::{account}:assumed-role/{name}");
        Self::Session(PrincipalArn { text, partition, account, name })
    }
}

impl PrincipalArn {
    fn role_of_session(&self) -> String {
        let role = self.name.split('/').next().unwrap_or_default();
        format!("arn:{}:iam::{}:role/{role}", self.partition, self.account)
    }
}

impl Display for Principal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("*"),
            Self::Service(name) => f.write_str(name),
            Self::Other(entry) => f.write_str(entry.text()),
            Self::Root(arn) | Self::User(arn) | Self::Role(arn) | Self::Session(arn) => f.write_str(&arn.text),
        }
    }
}

impl FromStr for Principal {
    type Err = UnknownPrincipal;

    fn from_str(text: &str) -> Result<Self, UnknownPrincipal> {
        let refuse = || UnknownPrincipal(text.to_owned());
        if text == "*" {
            return Ok(Self::Anonymous);
        }
        if !text.contains(':') && (text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn")) {
            return Ok(Self::Service(text.to_owned()));
        }
        let arn = Arn::parse(text).map_err(|_| refuse())?;
        let is_usable = arn.partition.starts_with("aws") && arn.region.is_empty() && is_account(arn.account);
        if !is_usable || text.contains(['*', '?']) {
            return Err(refuse());
        }
        let (kind, name) = arn.resource.split_once('/').unwrap_or((arn.resource, ""));
        let wrap = match (arn.service, kind) {
            ("iam", "root") if name.is_empty() => Self::Root,
            ("iam", "user") if !name.is_empty() => Self::User,
            ("iam", "role") if !name.is_empty() => Self::Role,
            ("sts", "assumed-role") if name.split('/').filter(|part| !part.is_empty()).count() == 2 => Self::Session,
            _ => return Err(refuse()),
        };
        Ok(wrap(PrincipalArn {
            text: text.to_owned(),
            partition: arn.partition.to_owned(),
            account: arn.account.to_owned(),
            name: name.to_owned(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/writer/upload";
    const ROLE: &str = "arn:aws:iam::111122223333:role/team/writer";
    const ROOT: &str = "arn:aws:iam::111122223333:root";

    fn named(principal: &str, negated: bool, entries: &[&str]) -> Option<Named> {
        let patterns = entries
            .iter()
            .map(|entry| if *entry == "*" { Principals::Anyone } else { Principals::Aws((*entry).to_owned()) })
            .collect();
        principal.parse::<Principal>().unwrap().named_in(&Scope { negated, patterns })
    }

    #[test]
    fn a_principal_is_named_by_itself_its_role_its_account_or_everyone() {
        let (direct, account) = (Some(Named::Directly), Some(Named::ByAccount));
        for (principal, entries, expected) in [
            (SESSION, &[ROLE][..], direct),
            (SESSION, &[SESSION], direct),
            (SESSION, &[ROOT], account),
            (SESSION, &["111122223333"], account),
            (SESSION, &[ROOT, ROLE], direct),
            (SESSION, &["*"], direct),
            (SESSION, &["arn:aws:iam::111122223333:role/other"], None),
            (SESSION, &["arn:aws:iam::444455556666:role/writer"], None),
            (ROLE, &[SESSION], None),
            (ROLE, &[ROLE], direct),
            ("*", &[ROOT], None),
            ("*", &["*"], direct),
            ("cloudtrail.amazonaws.com", &[ROOT], None),
        ] {
            assert_eq!(named(principal, false, entries), expected, "{principal} {entries:?}");
        }
    }

    #[test]
    fn an_exception_needs_the_account_too() {
        assert_eq!(named(ROLE, true, &[ROLE, ROOT]), None);
        assert_eq!(named(SESSION, true, &[SESSION, ROLE, ROOT]), None);
        assert_eq!(named(SESSION, true, &[ROLE, ROOT]), Some(Named::Directly));
        assert_eq!(named(SESSION, true, &[SESSION, ROOT]), Some(Named::Directly));
        assert_eq!(named(ROLE, true, &[ROLE]), Some(Named::Directly));
        assert_eq!(named(ROLE, true, &[ROOT]), Some(Named::Directly));
        assert_eq!(named(ROOT, true, &[ROOT]), None);
        assert_eq!(named("*", true, &[ROOT]), Some(Named::Directly));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "me",
            "111122223333",
            "arn:aws:s3:::b",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:iam::1:root",
            "arn:aws:iam::111122223333:role/",
        ] {
            assert!(text.parse::<Principal>().is_err(), "{text}");
        }
        for text in ["*", SESSION, ROLE, ROOT, "s3.amazonaws.com", "arn:aws-cn:iam::111122223333:user/a/b"] {
            assert_eq!(text.parse::<Principal>().unwrap().to_string(), text);
        }
    }
}
