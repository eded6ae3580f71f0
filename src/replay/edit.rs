//! Removes members from the text of an object without changing the spelling of the rest.

use std::collections::{HashMap, HashSet};

use crate::contract::raw;

/// The text without the members at the ends of paths, and how many were removed; `None` if there is none of them. A name can contain
/// slashes, so the rest of a path is also taken as one name. The text is read once, whatever the number of paths.
pub(super) fn removed(text: &str, paths: &[&str]) -> Option<(String, u64)> {
    if paths.is_empty() {
        return None;
    }
    let members = raw::members(text)?;
    let names: HashSet<&str> = paths.iter().copied().collect();
    let mut below: HashMap<&str, Vec<&str>> = HashMap::new();
    for (first, rest) in paths.iter().filter_map(|path| path.split_once('/')) {
        below.entry(first).or_default().push(rest);
    }
    let mut count = 0;
    let mut kept = Vec::with_capacity(members.len());
    for member in members {
        let name = member.name();
        if names.contains(name.as_ref()) {
            count += 1;
            continue;
        }
        let inner = below.get(name.as_ref()).and_then(|rests| removed(member.value, rests));
        let value = match inner {
            Some((inner, more)) => {
                count += more;
                inner
            }
            None => member.value.to_owned(),
        };
        kept.push((member.key.to_owned(), value));
    }
    (count > 0).then(|| (object(kept), count))
}

/// An object with these keys, including their quotes, and values.
pub(super) fn object(members: impl IntoIterator<Item = (String, String)>) -> String {
    let members: Vec<String> = members.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
    format!("{{{}}}", members.join(","))
}
