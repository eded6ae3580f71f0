//! Amazon Resource Names.

use std::fmt::{self, Display, Formatter};

/// The parts of an ARN as written. A pattern keeps its wildcards. A part may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Arn<'a> {
    /// The set of regions, for instance `aws` or `aws-cn`.
    pub partition: &'a str,
    /// The service, for instance `s3`.
    pub service: &'a str,
    /// The region; empty for a service without regions.
    pub region: &'a str,
    /// The account; empty for buckets and objects.
    pub account: &'a str,
    /// The resource: its type, path and name.
    pub resource: &'a str,
}

/// A text that is not an ARN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not an ARN: write it as `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`", .0.escape_debug())]
pub struct NotAnArn(String);

impl<'a> Arn<'a> {
    /// Splits an ARN into its parts. The values of the parts are not checked.
    ///
    /// # Errors
    /// If the text does not begin with `arn:`, or has fewer than six parts.
    pub fn parse(text: &'a str) -> Result<Self, NotAnArn> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().ok_or_else(|| NotAnArn(text.to_owned()));
        match next()? {
            "arn" => {
                Ok(Self { partition: next()?, service: next()?, region: next()?, account: next()?, resource: next()? })
            }
            _ => Err(NotAnArn(text.to_owned())),
        }
    }

    /// The bucket in the ARN of a bucket or of objects.
    pub fn bucket(&self) -> Option<&'a str> {
        let is_of_s3 = self.service == "s3" && self.region.is_empty() && self.account.is_empty();
        is_of_s3.then(|| self.resource.split('/').next()).flatten()
    }

    /// The name of a resource of this type, for instance `role`, including its path.
    pub fn name_of(&self, resource_type: &str) -> Option<&'a str> {
        let name = self.resource.strip_prefix(resource_type)?.strip_prefix('/')?;
        (!name.is_empty()).then_some(name)
    }
}

impl Display for Arn<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// The account of an ARN. Any other text, such as an account id, is returned unchanged.
pub fn account_of(principal: &str) -> &str {
    Arn::parse(principal).map_or(principal, |arn| arn.account)
}

/// Whether this is an AWS account id: 12 digits.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_kept_as_they_are_written() {
        for text in [
            "arn:aws:s3:::bucket/a:b/c.txt",
            "arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1",
            "arn:aws:iam::111122223333:role/team/*",
            "arn:::::",
        ] {
            assert_eq!(Arn::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "arn:aws:s3", "urn:aws:s3:::bucket", "111122223333", "*"] {
            assert!(Arn::parse(text).unwrap_err().to_string().contains("is not an ARN"), "{text}");
        }
    }

    #[test]
    fn a_resource_is_named_by_its_type() {
        let arn = |text| Arn::parse(text).unwrap();
        assert_eq!(arn("arn:aws:s3:::bucket/a:b/c.txt").bucket(), Some("bucket"));
        assert_eq!(arn("arn:aws:s3:eu-west-1:111122223333:accesspoint/a").bucket(), None);
        assert_eq!(arn("arn:aws:iam::111122223333:role/team/writer").name_of("role"), Some("team/writer"));
        assert_eq!(arn("arn:aws:iam::111122223333:role/").name_of("role"), None);
        assert_eq!(account_of("arn:aws:iam::111122223333:root"), "111122223333");
        assert_eq!(account_of("111122223333"), "111122223333");
        assert!(is_account("111122223333") && !is_account("11112222333") && !is_account("11112222333x"));
    }
}
