//! `s3_bucket_name` (ACC-2, U-24).

use std::fmt::{self, Display, Formatter};
use std::net::Ipv4Addr;
use std::str::FromStr;

use crate::settings::error::{Refusal, shown};

/// The name of a general purpose bucket: 3 to 63 lower-case letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BucketName(String);

impl BucketName {
    /// What S3 keeps for itself at the start of a general purpose bucket's name.
    pub(in crate::settings) const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
    /// What S3 keeps for itself at the end of one: access point aliases, Object Lambda, directory and table buckets.
    pub(in crate::settings) const RESERVED_SUFFIXES: [&str; 4] = ["-s3alias", "--ol-s3", "--x-s3", "--table-s3"];

    /// How the bucket's name begins if mParticle's own roles write to it (ACC-2).
    pub const ROLE_BASED_PREFIX: &str = "mp-forwarding-";

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Replaces a name that was refused, so that the rules between settings can still be checked.
    pub(in crate::settings) fn placeholder() -> Self {
        Self(Self::ROLE_BASED_PREFIX.to_owned() + "unnamed")
    }

    /// Whether mParticle's own roles may write to a bucket of this name (ACC-2).
    pub fn allows_role_based(&self) -> bool {
        self.0.starts_with(Self::ROLE_BASED_PREFIX)
    }
}

impl Display for BucketName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BucketName {
    type Err = Refusal;

    fn from_str(name: &str) -> Result<Self, Refusal> {
        let refuse = |why: String| Err(Refusal::new(format!("`{}` is not a bucket name to use: {why}", shown(name))));
        let is_allowed = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
        if name.parse::<Ipv4Addr>().is_ok() {
            return refuse("S3 refuses IP addresses".to_owned());
        }
        if name.contains('.') {
            return refuse("a dot breaks TLS, as S3's certificate covers one host label; use hyphens".to_owned());
        }
        if !name.as_bytes().iter().all(is_allowed) {
            return refuse("only lower-case letters, digits and hyphens are allowed".to_owned());
        }
        if !(3..=63).contains(&name.len()) {
            return refuse(format!("it has {} characters, 3 to 63 are allowed", name.len()));
        }
        if name.starts_with('-') || name.ends_with('-') {
            return refuse("it must begin and end with a letter or a digit".to_owned());
        }
        if let Some(prefix) = Self::RESERVED_PREFIXES.iter().find(|prefix| name.starts_with(**prefix)) {
            return refuse(format!("S3 reserves the prefix `{prefix}`"));
        }
        if let Some(suffix) = Self::RESERVED_SUFFIXES.iter().find(|suffix| name.ends_with(**suffix)) {
            return refuse(format!("S3 reserves the suffix `{suffix}`"));
        }
        Ok(Self(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_at_the_bounds_are_taken() {
        let longest = "a".repeat(63);
        for name in ["abc", "1-2", "a--b", "mp-forwarding-acme", "mine-111122223333-us-west-2-an", longest.as_str()] {
            assert_eq!(name.parse::<BucketName>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn each_rule_gives_its_reason() {
        let too_long = "a".repeat(64);
        for (name, reason) in [
            ("ab", "it has 2 characters, 3 to 63"),
            ("", "it has 0 characters"),
            (too_long.as_str(), "it has 64 characters"),
            ("Acme", "only lower-case letters"),
            ("ac_me", "only lower-case letters"),
            ("acmé", "only lower-case letters"),
            ("acme events", "only lower-case letters"),
            ("mp-forwarding-acme.events", "a dot breaks TLS"),
            ("a..b", "a dot breaks TLS"),
            ("acme.mrap", "a dot breaks TLS"),
            ("192.168.5.4", "IP addresses"),
            ("-acme", "begin and end"),
            ("acme-", "begin and end"),
            ("xn--acme", "prefix `xn--`"),
            ("sthree-acme", "prefix `sthree-`"),
            ("amzn-s3-demo-acme", "prefix `amzn-s3-demo-`"),
            ("acme-s3alias", "suffix `-s3alias`"),
            ("acme--ol-s3", "suffix `--ol-s3`"),
            ("acme--usw2-az1--x-s3", "suffix `--x-s3`"),
            ("acme--table-s3", "suffix `--table-s3`"),
        ] {
            let message = name.parse::<BucketName>().unwrap_err().to_string();
            assert!(message.starts_with(&format!("`{name}`")) && message.contains(reason), "{message}");
        }
    }

    #[test]
    fn the_prefix_for_roles_is_recognised() {
        for (name, allowed) in
            [("mp-forwarding-acme", true), ("acme-mp-forwarding-", false), ("mp-forwardingacme", false)]
        {
            assert_eq!(name.parse::<BucketName>().is_ok_and(|name| name.allows_role_based()), allowed, "{name}");
        }
    }
}
