//! `server_side_encryption_method` (SSE-1, U-3).

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::settings::error::{Refusal, shown};

/// The server-side encryption that is requested for every object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ServerSideEncryption {
    /// Nothing is requested: the bucket's own default applies.
    #[default]
    None,
    /// SSE-S3, with keys that S3 holds.
    #[serde(rename = "AES256")]
    Aes256,
    /// SSE-KMS, with `engine.sse_kms_key_id` or else the account's default key.
    #[serde(rename = "aws:kms")]
    AwsKms,
    /// Dual-layer SSE-KMS, with the same choice of key.
    #[serde(rename = "aws:kms:dsse")]
    AwsKmsDsse,
}

impl ServerSideEncryption {
    /// Every method.
    pub const ALL: [Self; 4] = [Self::None, Self::Aes256, Self::AwsKms, Self::AwsKmsDsse];

    /// The value as a settings file holds it; but for `None` it is also that of `x-amz-server-side-encryption`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Aes256 => "AES256",
            Self::AwsKms => "aws:kms",
            Self::AwsKmsDsse => "aws:kms:dsse",
        }
    }

    /// Whether a KMS key encrypts.
    pub fn uses_kms(self) -> bool {
        matches!(self, Self::AwsKms | Self::AwsKmsDsse)
    }
}

impl Display for ServerSideEncryption {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ServerSideEncryption {
    type Err = Refusal;

    /// Reads a method, without case.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|method| text.eq_ignore_ascii_case(method.as_str())).ok_or_else(|| {
            let choices = Self::ALL.map(|method| format!("`{method}`")).join(", ");
            Refusal::new(format!("`{}` is not one of {choices}", shown(text)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_read_without_case_and_written_as_documented() {
        for method in ServerSideEncryption::ALL {
            assert_eq!(method.as_str().parse(), Ok(method));
            assert_eq!(method.as_str().to_uppercase().parse(), Ok(method));
            assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        }
        assert_eq!(
            "sse-c".parse::<ServerSideEncryption>().unwrap_err().to_string(),
            "`sse-c` is not one of `None`, `AES256`, `aws:kms`, `aws:kms:dsse`"
        );
    }
}
