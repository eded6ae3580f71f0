//! Selection of cases and checks by name.

use std::fmt;
use std::str::FromStr;

use glob::Pattern;

/// Selects names by patterns, with `*` for any text. Without a pattern it selects every name.
///
/// ```
/// use mp_forwarding::conform::Filter;
/// let filter: Filter = ["by-*-time".parse().unwrap(), "defaults".parse().unwrap()].into_iter().collect();
/// assert!(filter.matches("by-event-time") && !filter.matches("raw-data-feed"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Filter(Vec<Wanted>);

/// A pattern for names, with `*` for any text.
#[derive(Debug, Clone)]
pub struct Wanted(Pattern);

/// A pattern that is not valid.
#[derive(Debug, thiserror::Error)]
#[error("`{given}` is not a valid pattern of names")]
pub struct BadPattern {
    given: String,
    source: glob::PatternError,
}

/// No name matches the pattern.
#[derive(Debug, thiserror::Error)]
#[error("there is no {what} `{wanted}`{near}; there are {known}")]
pub struct UnknownName {
    what: &'static str,
    wanted: String,
    /// The name that is most like it, as a question.
    near: String,
    known: String,
}

impl Filter {
    /// Whether the filter selects a name.
    pub fn matches(&self, name: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|wanted| wanted.0.matches(name))
    }

    /// Checks that each pattern matches one of `names`.
    ///
    /// # Errors
    /// Names the first pattern that matches none, and the names.
    pub fn require_matches<'a>(
        &self,
        what: &'static str,
        names: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), UnknownName> {
        let missing = self.0.iter().find(|wanted| !names.clone().any(|name| wanted.0.matches(name)));
        let Some(wanted) = missing else { return Ok(()) };
        let mut known: Vec<&str> = Vec::new();
        names.for_each(|name| {
            if !known.contains(&name) {
                known.push(name)
            }
        });
        let typed: String = wanted.to_string().chars().take(100).collect();
        let likeness = |name: &&str| strsim::normalized_damerau_levenshtein(name, &typed);
        // Of several that are as like as each other the first one is meant.
        let near = known.iter().rev().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        let near = near.filter(|name| likeness(name) >= 0.6).map(|name| format!(", did you mean `{name}`?"));
        let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
        Err(UnknownName { what, wanted: wanted.to_string(), near: near.unwrap_or_default(), known: known.join(", ") })
    }
}

impl FromIterator<Wanted> for Filter {
    fn from_iter<T: IntoIterator<Item = Wanted>>(wanted: T) -> Self {
        Self(wanted.into_iter().collect())
    }
}

impl FromStr for Wanted {
    type Err = BadPattern;

    fn from_str(text: &str) -> Result<Self, BadPattern> {
        Pattern::new(text).map(Self).map_err(|source| BadPattern { given: text.to_owned(), source })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_a_match_is_refused_with_the_known_names() {
        let filter: Filter = ["NAME-*".parse().unwrap(), "NAM-1".parse().unwrap()].into_iter().collect();
        let known = ["NAME-1", "LAY-1", "NAME-1"].into_iter();
        let error = filter.require_matches("check", known.clone()).unwrap_err();
        assert_eq!(error.to_string(), "there is no check `NAM-1`, did you mean `NAME-1`?; there are `NAME-1`, `LAY-1`");
        let filter: Filter = ["windows".parse().unwrap()].into_iter().collect();
        let error = filter.require_matches("check", known).unwrap_err();
        assert_eq!(error.to_string(), "there is no check `windows`; there are `NAME-1`, `LAY-1`");
        assert!(Filter::default().require_matches("check", std::iter::empty()).is_ok());
        assert!("a[".parse::<Wanted>().is_err());
    }
}
