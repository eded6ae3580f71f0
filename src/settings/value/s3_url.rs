//! `s3://bucket/prefix`, as a command takes it.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use super::BucketName;
use crate::settings::Refusal;
use crate::settings::error::shown;

/// S3 takes no longer key, in bytes.
const LONGEST_KEY: usize = 1024;

const SCHEME: &str = "s3://";

/// The objects of a bucket whose keys begin with a prefix.
///
/// ```
/// use mp_forwarding::settings::S3Url;
///
/// let url: S3Url = "s3://mp-forwarding-acme/exports/2026-03-01/".parse()?;
/// assert_eq!(url.bucket.as_str(), "mp-forwarding-acme");
/// assert_eq!(url.prefix, "exports/2026-03-01/");
/// # Ok::<(), mp_forwarding::settings::Refusal>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct S3Url {
    /// The bucket.
    pub bucket: BucketName,
    /// How the keys begin, to the letter as S3 takes it: `exports/2026` is the beginning of `exports/2026-03-01/a.txt`.
    /// Empty for the whole bucket.
    pub prefix: String,
}

impl S3Url {
    /// Whether a text is meant as an S3 URL, for commands that take paths too.
    pub fn is_meant(text: &str) -> bool {
        text.get(..SCHEME.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
    }
}

impl Display for S3Url {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.bucket, self.prefix)
    }
}

impl FromStr for S3Url {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refuse = |why: &str| Err(Refusal::new(format!("`{}` is no place in S3 to use: {why}", shown(text))));
        if !Self::is_meant(text) {
            return refuse("write it as `s3://bucket/prefix`");
        }
        let (bucket, prefix) = text[SCHEME.len()..].split_once('/').unwrap_or((&text[SCHEME.len()..], ""));
        if bucket.is_empty() {
            return refuse("the bucket is missing; write it as `s3://bucket/prefix`");
        }
        if bucket.contains(':') {
            return refuse("name the bucket itself; access points and their ARNs are not taken");
        }
        if prefix.starts_with('/') {
            return refuse(
                "the prefix begins with a slash, as no key of the export does; write one slash after the bucket",
            );
        }
        if prefix.contains(['*', '?']) {
            return refuse("S3 knows no patterns; write how the keys begin, up to the first `*` or `?`");
        }
        if prefix.chars().any(char::is_control) {
            return refuse("the prefix holds a control character; remove it");
        }
        if prefix.len() > LONGEST_KEY {
            return refuse(&format!("the prefix has {} bytes, a key has at most {LONGEST_KEY}", prefix.len()));
        }
        Ok(Self { bucket: bucket.parse()?, prefix: prefix.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_taken_to_the_letter() {
        for (text, prefix) in [
            ("s3://acme", ""),
            ("s3://acme/", ""),
            ("S3://acme/exports", "exports"),
            ("s3://acme/exports/", "exports/"),
            ("s3://acme/a b/é/2026", "a b/é/2026"),
            ("s3://acme/a//b", "a//b"),
        ] {
            let url: S3Url = text.parse().unwrap();
            assert_eq!((url.bucket.as_str(), url.prefix.as_str()), ("acme", prefix));
            assert_eq!(url.to_string().parse::<S3Url>().unwrap(), url);
        }
    }

    #[test]
    fn each_rule_gives_its_reason() {
        let long = format!("s3://acme/{}", "a".repeat(1025));
        for (text, reason) in [
            ("acme/exports", "`s3://bucket/prefix`"),
            ("https://acme.s3.amazonaws.com/exports", "`s3://bucket/prefix`"),
            ("s3:/acme", "`s3://bucket/prefix`"),
            ("s3://", "the bucket is missing"),
            ("s3:///exports", "the bucket is missing"),
            ("s3://arn:aws:s3:us-east-1:111122223333:accesspoint/a", "access points"),
            ("s3://Acme/exports", "only lower-case letters"),
            ("s3://acme//exports", "one slash after the bucket"),
            ("s3://acme/exports/*.txt", "no patterns"),
            ("s3://acme/a\nb", "control character"),
            (long.as_str(), "1025 bytes"),
        ] {
            let message = text.parse::<S3Url>().unwrap_err().to_string();
            assert!(message.contains(reason) && !message.contains('\n'), "{message}");
        }
    }
}
