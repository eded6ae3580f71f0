//! The settings of an account: who writes, and where to.

use super::check::{self, At, Problems};
use super::connection::ConfigurationTable;
use super::value::{Region, Secret};

/// mParticle's configuration settings, checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configuration {
    /// The user's key pair; `None` is role-based access (ACC-1).
    pub credentials: Option<KeyPair>,
    /// The bucket's region.
    pub aws_region: Region,
}

/// An access key with both its halves (ACC-1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// Its public half.
    pub access_key_id: String,
    /// Its private half.
    pub secret_access_key: Secret,
}

impl Configuration {
    pub(super) fn check(typed: ConfigurationTable, problems: &mut Problems) -> Self {
        let half = |set: &str| {
            format!(
                "it is missing while `configuration.{set}` is set: set both for user-based access, or neither for \
                 role-based access"
            )
        };
        let (has_id, has_secret) = (typed.access_key_id.is_some(), typed.secret_access_key.is_some());
        let at = At { path: "configuration.access_key_id", problems };
        let access_key_id = check::access_key_id(typed.access_key_id, at);
        let at = At { path: "configuration.secret_access_key", problems };
        let secret = check::key_id(typed.secret_access_key.map(|secret| secret.expose().to_owned()), "", at);
        match (has_id, has_secret) {
            (true, false) => problems.add("configuration.secret_access_key", half("access_key_id")),
            (false, true) => problems.add("configuration.access_key_id", half("secret_access_key")),
            _ => {}
        }
        let credentials = access_key_id
            .zip(secret)
            .map(|(access_key_id, secret)| KeyPair { access_key_id, secret_access_key: Secret::new(secret) });
        let at = At { path: "configuration.aws_region", problems };
        let aws_region = check::region(typed.aws_region, "", at).unwrap_or_default();
        Self { credentials, aws_region }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_keys(access_key_id: Option<&str>, secret_access_key: Option<&str>) -> (Option<KeyPair>, Vec<String>) {
        let mut problems = Problems::default();
        let typed = ConfigurationTable {
            access_key_id: access_key_id.map(str::to_owned),
            secret_access_key: secret_access_key.map(Secret::new),
            aws_region: None,
        };
        let checked = Configuration::check(typed, &mut problems);
        (checked.credentials, problems.found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn both_halves_or_neither() {
        assert_eq!(check_keys(None, None), (None, vec![]));
        let (pair, problems) = check_keys(Some("AKIA1"), Some("hush"));
        assert!(pair.is_some_and(|pair| pair.secret_access_key.expose() == "hush") && problems.is_empty());
    }

    #[test]
    fn a_key_that_was_pasted_with_a_line_break_is_refused_and_not_shown() {
        for (id, secret, path) in [("AKIA1\n", "hush", "access_key_id"), ("AKIA1", "hu\nsh", "secret_access_key")] {
            let (_, problems) = check_keys(Some(id), Some(secret));
            let start = format!("configuration.{path}: it holds a blank");
            assert!(problems.len() == 1 && problems[0].starts_with(&start), "{problems:?}");
            assert!(!problems[0].contains("AKIA1") && !problems[0].contains("hu"));
        }
    }

    #[test]
    fn a_secret_in_the_place_of_the_id_is_refused_and_not_shown() {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let (pair, problems) = check_keys(Some(secret), Some("AKIA1"));
        assert_eq!(pair, None);
        let start = "configuration.access_key_id: it has the form of a secret access key";
        assert!(problems.len() == 1 && problems[0].starts_with(start) && !problems[0].contains(secret), "{problems:?}");
    }

    #[test]
    fn half_a_pair_names_the_missing_half() {
        for (id, secret, missing, set) in [
            (Some("AKIA1"), None, "secret_access_key", "access_key_id"),
            (None, Some("hush"), "access_key_id", "secret_access_key"),
        ] {
            let (pair, problems) = check_keys(id, secret);
            assert_eq!(pair, None);
            let start = format!("configuration.{missing}: it is missing while `configuration.{set}` is set");
            assert!(problems.len() == 1 && problems[0].starts_with(&start), "{problems:?}");
            assert!(!problems[0].contains("AKIA1") && !problems[0].contains("hush"));
        }
    }
}
