//! JSON Pointers (RFC 6901).

use std::borrow::Cow;

/// A name as one token of a pointer.
pub fn escape(name: &str) -> Cow<'_, str> {
    match name.contains(['~', '/']) {
        true => Cow::Owned(name.replace('~', "~0").replace('/', "~1")),
        false => Cow::Borrowed(name),
    }
}

/// The pointer to the member `name` of the object at `pointer`.
pub fn member(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", escape(name))
}

/// The pointer with `*` for each index of an array.
pub fn without_indices(pointer: &str) -> String {
    let is_index = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    let tokens = pointer.split('/').map(|token| if is_index(token) { "*" } else { token });
    tokens.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        assert_eq!(member("/a", "b~/c~1"), "/a/b~0~1c~01");
        assert_eq!(member("", "b"), "/b");
    }
}
