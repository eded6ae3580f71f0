//! `metadata_field_exclusion` (U-4, U-27, SET-3).

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::json::escape;
use crate::settings::error::{Refusal, shown};

/// The nodes that an exclusion may reach into (U-4).
const NODES: [&str; 3] = ["application_info", "device_info", "source_info"];
/// The app identifiers that are always forwarded (SET-3).
const APP_IDENTIFIERS: [&str; 2] = ["package", "bundle_id"];

/// The metadata that leaves every batch. By default nothing does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetadataExclusion {
    /// `Device Name`: `device_info.device` leaves.
    pub device_name: bool,
    /// `IP Address`: `ip` leaves, which matters under `raw_data_feed` only (U-18).
    pub ip_address: bool,
    /// What else leaves, in the order given, none twice.
    pub pointers: Vec<MetadataPointer>,
}

impl MetadataExclusion {
    /// Whether nothing is excluded.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds one item: `Device Name`, `IP Address` (both without case), or a JSON Pointer.
    pub fn exclude(&mut self, item: &str) -> Result<(), Refusal> {
        if item.eq_ignore_ascii_case("Device Name") {
            self.device_name = true;
        } else if item.eq_ignore_ascii_case("IP Address") {
            self.ip_address = true;
        } else {
            let pointer = item.parse()?;
            if !self.pointers.contains(&pointer) {
                self.pointers.push(pointer);
            }
        }
        Ok(())
    }
}

/// A JSON Pointer (RFC 6901) to a member of application_info, device_info or source_info.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MetadataPointer {
    tokens: Vec<String>,
}

impl MetadataPointer {
    /// Its tokens, unescaped: the node first, then at least one more.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }
}

impl Display for MetadataPointer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.tokens.iter().try_for_each(|token| write!(f, "/{}", escape(token)))
    }
}

impl FromStr for MetadataPointer {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refuse = |why: &str| Err(Refusal::new(format!("`{}` cannot be excluded: {why}", shown(text))));
        let Some(path) = text.strip_prefix('/') else {
            return refuse(
                "it is not `Device Name`, `IP Address` or a JSON Pointer such as `/device_info/http_header_user_agent`",
            );
        };
        let Some(tokens) = path.split('/').map(unescape).collect::<Option<Vec<_>>>() else {
            return refuse("in a JSON Pointer `~` is written `~0` and `/` in a name `~1`");
        };
        match tokens.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [node, ..] if !NODES.contains(node) => {
                refuse("only members of `/application_info`, `/device_info` or `/source_info` can be excluded")
            }
            [_] => refuse("it is a whole node; turn off `connection.include_metadata` or name a member of it"),
            ["application_info", member, ..] if APP_IDENTIFIERS.contains(member) => refuse(
                "app identifiers are always forwarded; only turning off `connection.include_metadata` removes them",
            ),
            members if members.contains(&"") => refuse("a name in it is empty"),
            _ => Ok(Self { tokens }),
        }
    }
}

/// The name that a token spells; `None` if its `~` escapes nothing.
fn unescape(token: &str) -> Option<String> {
    let mut parts = token.split('~');
    let mut name = parts.next()?.to_owned();
    for part in parts {
        let (escaped, rest) =
            if let Some(rest) = part.strip_prefix('0') { ('~', rest) } else { ('/', part.strip_prefix('1')?) };
        name.push(escaped);
        name.push_str(rest);
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_two_names_are_read_without_case() {
        let mut exclusion = MetadataExclusion::default();
        assert!(exclusion.is_empty());
        for item in ["device name", "IP ADDRESS", "/device_info/a~1b", "/device_info/a~1b"] {
            exclusion.exclude(item).unwrap();
        }
        assert!(exclusion.device_name && exclusion.ip_address && !exclusion.is_empty());
        assert_eq!(exclusion.pointers.len(), 1);
        assert_eq!(exclusion.pointers[0].tokens(), ["device_info", "a/b"]);
    }

    #[test]
    fn each_rule_gives_its_reason() {
        for (item, reason) in [
            ("", "is not `Device Name`"),
            ("Device", "is not `Device Name`"),
            ("device_info/device", "is not `Device Name`"),
            ("/", "only members of"),
            ("/user_attributes/a", "only members of"),
            ("/device_info", "whole node"),
            ("/device_info/", "is empty"),
            ("/device_info/a~2", "written `~0`"),
            ("/device_info/a~", "written `~0`"),
            ("/application_info/package", "app identifiers"),
            ("/application_info/package/0", "app identifiers"),
            ("/application_info/bundle_id", "app identifiers"),
        ] {
            let message = item.parse::<MetadataPointer>().unwrap_err().to_string();
            assert!(message.starts_with(&format!("`{item}`")) && message.contains(reason), "{message}");
        }
        assert!("/device_info/package".parse::<MetadataPointer>().is_ok());
    }

    proptest! {
        #[test]
        fn a_pointer_is_read_as_it_is_written(members in prop::collection::vec("[a~/é01]{1,4}", 1..4)) {
            let tokens = [vec!["device_info".to_owned()], members].concat();
            let pointer = MetadataPointer { tokens };
            prop_assert_eq!(pointer.to_string().parse::<MetadataPointer>(), Ok(pointer));
        }
    }
}
