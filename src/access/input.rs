//! Checks values before they are put into a policy template.

use std::net::IpAddr;
use std::str::FromStr;

use super::Partition;
use crate::arn::{Arn, account_of, is_account};
use crate::settings::FolderName;

/// Why a value cannot be used in a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// The folder has a character that IAM interprets as a pattern or does not accept.
    #[error("`{}` cannot be used in a policy because of its `{}`: use a folder of letters, digits, spaces and `!'()+,-./=@_`, or grant the whole bucket", folder.escape_debug(), character.escape_debug())]
    Folder {
        /// The folder's name.
        folder: String,
        /// The first such character.
        character: char,
    },
    /// An alias instead of the key's ARN.
    #[error("`{}` is an alias, which grants nothing in a policy: write the key's ARN, which `aws kms describe-key --key-id {}` shows", .0.escape_debug(), .0.escape_debug())]
    KeyAlias(String),
    /// Not the ARN of a key.
    #[error("`{}` is not the ARN of a KMS key: write it as `arn:aws:kms:REGION:ACCOUNT:key/ID`", .0.escape_debug())]
    KeyArn(String),
    /// Not a VPC endpoint.
    #[error("`{}` is not a VPC endpoint: write its id, `vpce-` and hexadecimal digits", .0.escape_debug())]
    VpcEndpoint(String),
    /// Not the name of a user or a role.
    #[error("`{}` is not the name of a user or a role: write it without its ARN and path, 1 to 64 letters, digits and `+=,.@_-`", .0.escape_debug())]
    IamName(String),
    /// Not a range of addresses.
    #[error("`{}` is not a range of addresses, such as 192.0.2.0/24", .0.escape_debug())]
    Range(String),
    /// Not an account.
    #[error("`{}` is not an AWS account: write its 12 digits", .0.escape_debug())]
    Account(String),
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

text! {
    /// A folder whose name has no special meaning in a policy.
    PolicyFolder
}
text! {
    /// The ARN of a KMS key.
    KeyArn
}
text! {
    /// The id of a VPC endpoint.
    VpcEndpoint
}
text! {
    /// The id of an AWS account.
    Account
}
text! {
    /// The name of an IAM user or role, without its path.
    IamName
}

impl TryFrom<FolderName> for PolicyFolder {
    type Error = InputError;

    fn try_from(folder: FolderName) -> Result<Self, InputError> {
        let is_plain = |character: &char| character.is_ascii_alphanumeric() || " !'()+,-./=@_".contains(*character);
        match folder.as_str().chars().find(|character| !is_plain(character)) {
            Some(character) => Err(InputError::Folder { folder: folder.as_str().to_owned(), character }),
            None => Ok(Self(folder.as_str().to_owned())),
        }
    }
}

impl FromStr for KeyArn {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Self, InputError> {
        if text.starts_with("alias/") || text.contains(":alias/") {
            return Err(InputError::KeyAlias(text.to_owned()));
        }
        let is_word = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let is_key = |arn: Arn<'_>| {
            arn.partition.parse::<Partition>().is_ok()
                && arn.service == "kms"
                && is_word(arn.region)
                && is_account(arn.account)
                && arn.name_of("key").is_some_and(is_word)
        };
        match Arn::parse(text) {
            Ok(arn) if is_key(arn) => Ok(Self(text.to_owned())),
            _ => Err(InputError::KeyArn(text.to_owned())),
        }
    }
}

impl KeyArn {
    /// The account that owns the key.
    pub fn account(&self) -> Account {
        Account(account_of(&self.0).to_owned())
    }
}

impl FromStr for VpcEndpoint {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Self, InputError> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        match text.strip_prefix("vpce-") {
            Some(id) if (8..=17).contains(&id.len()) && id.bytes().all(is_hex) => Ok(Self(text.to_owned())),
            _ => Err(InputError::VpcEndpoint(text.to_owned())),
        }
    }
}

impl FromStr for IamName {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Self, InputError> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
        match (1..=64).contains(&text.len()) && text.bytes().all(is_allowed) {
            true => Ok(Self(text.to_owned())),
            false => Err(InputError::IamName(text.to_owned())),
        }
    }
}

impl FromStr for Account {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Self, InputError> {
        if is_account(text) { Ok(Self(text.to_owned())) } else { Err(InputError::Account(text.to_owned())) }
    }
}

/// The first address of a range such as `192.0.2.0/24`, or a single address.
///
/// # Errors
/// If the text is neither.
pub fn first_address(text: &str) -> Result<IpAddr, InputError> {
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    let refused = || InputError::Range(text.to_owned());
    let address: IpAddr = address.parse().map_err(|_| refused())?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let is_length = length.parse::<u8>().is_ok_and(|length| length <= most);
    if length.is_empty() && !text.contains('/') || is_length { Ok(address) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_must_mean_only_itself() {
        let folder = |text: &str| PolicyFolder::try_from(text.parse::<FolderName>().unwrap());
        assert_eq!(folder("/exports/eu 1/").unwrap().as_str(), "exports/eu 1");
        for bad in ["a*", "a?", "${aws:username}", "a\"b", "a\\b", "été"] {
            assert!(folder(bad).unwrap_err().to_string().contains("or grant the whole bucket"), "{bad}");
        }
    }

    #[test]
    fn keys_are_named_by_their_arn() {
        let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
        for good in [
            format!("arn:aws:kms:eu-central-1:111122223333:key/{id}"),
            "arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab".to_owned(),
        ] {
            assert_eq!(good.parse::<KeyArn>().unwrap().as_str(), good);
        }
        for (bad, expected) in [
            ("alias/exports", "is an alias"),
            ("arn:aws:kms:eu-central-1:111122223333:alias/exports", "aws kms describe-key"),
            (id, "is not the ARN"),
            ("arn:aws:s3:::bucket", "is not the ARN"),
            ("arn:aws:kms:eu-central-1:111122223333:key/*", "is not the ARN"),
            ("arn:aws:kms:eu-central-1:111122223333:key/", "is not the ARN"),
        ] {
            let message = bad.parse::<KeyArn>().unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn endpoints_and_accounts() {
        for (text, good) in
            [("vpce-0a1b2c3d4e5f67890", true), ("vpce-1a2b3c4d", true), ("vpce-*", false), ("vpc-1a2b3c4d", false)]
        {
            assert_eq!(text.parse::<VpcEndpoint>().is_ok(), good, "{text}");
        }
        for (text, good) in
            [("111122223333", true), ("11112222333", false), ("1111222233334", false), ("11112222333x", false)]
        {
            assert_eq!(text.parse::<Account>().is_ok(), good, "{text}");
        }
    }
}
