//! Patterns with `*`, `?` and policy variables. ARNs are matched part by part.

use super::context::Context;
use crate::access::policy::Version;
use crate::arn::Arn;

/// A pattern whose variables have been replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `?`
    One,
    /// `*`
    Any,
}

impl Pattern {
    /// Reads a pattern. None if the request has no value or several values for a variable: such a pattern matches
    /// nothing. The characters of a variable's value are never wildcards.
    pub(super) fn new(text: &str, version: Version, context: &Context) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            if version == Version::Current
                && let Some((variable, after)) = rest.strip_prefix("${").and_then(|rest| rest.split_once('}'))
            {
                tokens.extend(value(variable, context)?.chars().map(Token::Char));
                rest = after;
                continue;
            }
            tokens.push(match character {
                '*' => Token::Any,
                '?' => Token::One,
                other => Token::Char(other),
            });
            rest = &rest[character.len_utf8()..];
        }
        Some(Self(tokens))
    }

    /// Whether the pattern matches all of the text.
    pub(super) fn matches(&self, text: &str) -> bool {
        glob(&self.0, &text.chars().collect::<Vec<_>>())
    }

    /// Whether the pattern matches the ARN part by part. A `*` matches a colon only in the last part. A pattern that
    /// ends in `*` may have fewer parts.
    pub(super) fn matches_arn(&self, arn: &str) -> bool {
        let parts = match Arn::parse(arn) {
            Ok(Arn { partition, service, region, account, resource }) if self.0 != [Token::Any] => {
                ["arn", partition, service, region, account, resource]
            }
            _ => return self.matches(arn),
        };
        let colons = self.0.iter().filter(|token| **token == Token::Char(':')).count();
        if colons < 5 && self.0.last() != Some(&Token::Any) {
            return false;
        }
        let mut patterns = self.0.splitn(6, |token| *token == Token::Char(':'));
        parts.iter().all(|part| patterns.next().is_none_or(|pattern| glob(pattern, &part.chars().collect::<Vec<_>>())))
    }

    /// The pattern as text, with `*` and `?` as plain characters.
    pub(super) fn literal(&self) -> String {
        let character = |token: &Token| match token {
            Token::Char(character) => *character,
            Token::One => '?',
            Token::Any => '*',
        };
        self.0.iter().map(character).collect()
    }
}

/// Whether a pattern of actions matches an action. Case is ignored, and there are no variables.
pub fn matches_action(pattern: &str, action: &str) -> bool {
    let pattern = Pattern::new(&pattern.to_ascii_lowercase(), Version::Old, &Context::new());
    pattern.is_some_and(|pattern| pattern.matches(&action.to_ascii_lowercase()))
}

/// Whether a pattern of resources matches an ARN for some values of its variables.
pub fn matches_resource(pattern: &str, arn: &str) -> bool {
    let plain = without_variables(pattern, |_| true).unwrap_or_else(|| pattern.to_owned());
    Pattern::new(&plain, Version::Old, &Context::new()).is_some_and(|pattern| pattern.matches_arn(arn))
}

/// The pattern with `*` in the place of each variable. None if one of them has no end or another name than `is_known`
/// accepts.
pub(in crate::access) fn without_variables(pattern: &str, is_known: impl Fn(&str) -> bool) -> Option<String> {
    let mut plain = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        let (_, after) = after.split_once('}').filter(|(name, _)| is_known(name))?;
        plain.push_str(before);
        plain.push('*');
        rest = after;
    }
    plain.push_str(rest);
    Some(plain)
}

/// The value of `${variable}`: `key`, `key, 'default'`, or one of the three characters that it escapes.
fn value<'a>(variable: &'a str, context: &'a Context) -> Option<&'a str> {
    if let "*" | "?" | "$" = variable {
        return Some(variable);
    }
    let (key, default) = match variable.split_once(',') {
        Some((key, default)) => {
            (key.trim(), default.trim().strip_prefix('\'').and_then(|text| text.strip_suffix('\'')))
        }
        None => (variable.trim(), None),
    };
    match context.get(key) {
        Some([one]) => Some(one),
        Some(_) => None,
        None => default,
    }
}

/// Matches with a single backtracking point at the last `*`, so the time is bounded by the product of both lengths.
fn glob(pattern: &[Token], text: &[char]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while seen < text.len() {
        match pattern.get(at) {
            Some(Token::Any) => {
                retry = Some((at, seen));
                at += 1;
            }
            Some(Token::One) => (at, seen) = (at + 1, seen + 1),
            Some(Token::Char(character)) if *character == text[seen] => (at, seen) = (at + 1, seen + 1),
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    (at, seen) = (star + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|token| *token == Token::Any)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Pattern {
        Pattern::new(text, Version::Current, &Context::new()).unwrap()
    }

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abbcd", false),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*ab", "aab", true),
            ("", "a", false),
            ("**", "abc", true),
        ] {
            assert_eq!(plain(pattern).matches(text), expected, "{pattern} {text}");
        }
        assert!(!plain(&"*a".repeat(500)).matches(&"b".repeat(5_000)));
    }

    #[test]
    fn arns_match_part_by_part() {
        for (pattern, arn, expected) in [
            ("*", "arn:aws:s3:::b/k", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/k:1/x", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b", false),
            ("arn:aws:s3:::b*", "arn:aws:s3:::b/k", true),
            ("arn:*:s3:::b/*", "arn:aws-cn:s3:::b/k", true),
            ("arn:aws:*", "arn:aws:s3:::b", true),
            ("arn", "arn:aws:s3:::b", false),
            ("arn:aws", "arn:aws:s3:::b", false),
            ("arn:aws:s3", "arn:aws:s3:::b", false),
            ("arn:aws*b", "arn:aws:s3:::b", false),
            ("arn:aws:s3:::B/*", "arn:aws:s3:::b/k", false),
        ] {
            assert_eq!(plain(pattern).matches_arn(arn), expected, "{pattern} {arn}");
        }
    }

    #[test]
    fn variables_are_values_and_never_patterns() {
        let mut context = Context::new();
        context.set("aws:username", ["a*"]);
        context.set("aws:many", ["a", "b"]);
        let new = |text| Pattern::new(text, Version::Current, &context);
        assert!(new("home/${aws:UserName}/*").unwrap().matches("home/a*/x"));
        assert!(!new("home/${aws:username}/*").unwrap().matches("home/ab/x"));
        assert_eq!(new("${aws:absent}"), None);
        assert_eq!(new("${aws:many}"), None);
        assert!(new("${aws:absent, 'some one'}").unwrap().matches("some one"));
        assert!(new("a${*}${?}${$}").unwrap().matches("a*?$"));
        assert!(!new("a${*}").unwrap().matches("ab"));
        let old = Pattern::new("${aws:username}", Version::Old, &context).unwrap();
        assert!(old.matches("${aws:username}") && !old.matches("a*"));
    }
}
