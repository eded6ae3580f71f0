//! `aws_region`.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use super::is_secret_shaped;
use crate::settings::error::{Refusal, shown};

/// A region that requests are signed for. Stores that only look like S3 have names of their own (`garage`, `RegionOne`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Region(String);

impl Region {
    /// The region's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether AWS could name a region so (`us-east-1`, `us-gov-west-1`); stores that only look like S3 have others
    /// (`garage`, `auto`).
    pub fn has_aws_form(&self) -> bool {
        let parts: Vec<&str> = self.0.split('-').collect();
        let [partition, places @ .., number] = parts.as_slice() else { return false };
        let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
        is_word(partition)
            && !places.is_empty()
            && places.iter().all(is_word)
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    }
}

impl Default for Region {
    /// `us-east-1`, as documented.
    fn default() -> Self {
        Self("us-east-1".to_owned())
    }
}

impl Display for Region {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Region {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let bytes = text.as_bytes();
        let well_formed = (1..=64).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte));
        if is_secret_shaped(text) {
            Err(Refusal::new("it has the form of a secret access key: write the region's code, such as `us-east-1`"))
        } else if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::new(format!(
                "`{}` is not a region: write its code, 1 to 64 letters, digits, dots, hyphens and underscores, such as \
                 `us-east-1`",
                shown(text)
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_a_short_word() {
        for good in ["us-east-1", "us-gov-west-1", "us-isob-east-1", "garage", "RegionOne", "NL", "a.b_c", "-"] {
            assert_eq!(good.parse::<Region>().unwrap().as_str(), good);
        }
        for bad in ["", "us east 1", "us/east", "é", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12", &"a".repeat(65)] {
            assert!(bad.parse::<Region>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_form_of_aws_regions_is_recognised() {
        for (text, expected) in [
            ("us-east-1", true),
            ("eusc-de-east-1", true),
            ("us-gov-west-1", true),
            ("US-East-1", false),
            ("us-east1", false),
            ("us-east", false),
            ("us-1", false),
            ("us--1", false),
            ("1", false),
            ("garage", false),
        ] {
            assert_eq!(text.parse::<Region>().unwrap().has_aws_form(), expected, "{text}");
        }
    }
}
