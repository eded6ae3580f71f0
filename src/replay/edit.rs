//! Removes members from the text of an object without changing the spelling of the rest.

use crate::contract::raw;

/// The text without the member at the end of a path; `None` if it does not exist. A name can contain slashes, so the
/// rest of a path is also tried as one name.
pub(super) fn removed(text: &str, path: &[&str]) -> Option<String> {
    let members = raw::members(text)?;
    let (first, rest) = path.split_first()?;
    let whole = path.join("/");
    let mut found = false;
    let mut kept = Vec::with_capacity(members.len());
    for member in members {
        let name = member.name();
        if !found && name == whole {
            found = true;
            continue;
        }
        let inner = (!found && name == *first && !rest.is_empty()).then(|| removed(member.value, rest)).flatten();
        found |= inner.is_some();
        kept.push((member.key.to_owned(), inner.unwrap_or_else(|| member.value.to_owned())));
    }
    found.then(|| object(kept))
}

/// An object with these keys, including their quotes, and values.
pub(super) fn object(members: impl IntoIterator<Item = (String, String)>) -> String {
    let members: Vec<String> = members.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
    format!("{{{}}}", members.join(","))
}
