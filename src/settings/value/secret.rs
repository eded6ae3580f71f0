//! A value that must not be seen.

use std::borrow::Cow;
use std::fmt::{self, Debug, Display, Formatter};

use serde::Deserialize;

/// Text that `Debug` and `Display` never show; it cannot be serialised at all.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that signs with it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Debug for Secret {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Display for Secret {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Whether a text has the form of an AWS secret access key.
pub(in crate::settings) fn is_secret_shaped(text: &str) -> bool {
    let has = |is_of_class: fn(&u8) -> bool| text.as_bytes().iter().any(is_of_class);
    text.len() == 40
        && text.chars().all(is_of_a_secret)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

fn is_of_a_secret(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '/' | '+' | '=')
}

/// A text with `…` for everything that has the form of a secret access key.
pub(crate) fn mask_secrets(text: &str) -> Cow<'_, str> {
    let words = || {
        text.split(|character| !is_of_a_secret(character)).flat_map(|word| {
            if is_secret_shaped(word) {
                vec![word]
            } else {
                word.split('=').filter(|part| is_secret_shaped(part)).collect()
            }
        })
    };
    words().fold(text.into(), |masked, secret| masked.replace(secret, "…").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_the_form_of_a_secret_is_masked() {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        assert!(
            is_secret_shaped(secret) && !is_secret_shaped(&secret[1..]) && !is_secret_shaped(&secret.to_lowercase())
        );
        assert_eq!(
            mask_secrets(&format!("`{secret}` is no region, key={secret}, {secret}.")),
            "`…` is no region, key=…, …."
        );
        for harmless in ["da39a3ee5e6b4b0d3255bfef95601890afd80709", "arn:aws:iam::123456789012:role/Writer", ""] {
            assert_eq!(mask_secrets(harmless), harmless);
        }
    }

    #[test]
    fn nothing_prints_it() {
        let secret = Secret::new("wJalrXUtnFEMI");
        assert_eq!(format!("{secret:?} {secret:#?} {secret}"), "Secret(…) Secret(…) …");
        assert_eq!(secret.expose(), "wJalrXUtnFEMI");
    }
}
