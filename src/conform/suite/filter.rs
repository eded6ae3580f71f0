//! Which cases and which checks are wanted.

use std::fmt;
use std::str::FromStr;

use glob::Pattern;

/// Names that are wanted, with `*` for anything. Without a name everything is.
///
/// ```
/// use mp_forwarding::conform::Filter;
/// let filter: Filter = ["by-*-time".parse().unwrap(), "defaults".parse().unwrap()].into_iter().collect();
/// assert!(filter.takes("by-event-time") && !filter.takes("raw-data-feed"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Filter(Vec<Wanted>);

/// A name, with `*` for anything.
#[derive(Debug, Clone)]
pub struct Wanted(Pattern);

/// A pattern that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{given}` is no name with `*` for anything")]
pub struct BadPattern {
    given: String,
    source: glob::PatternError,
}

/// Nothing has the name that was asked for.
#[derive(Debug, thiserror::Error)]
#[error("there is no {what} `{wanted}`; there are {known}")]
pub struct UnknownName {
    what: &'static str,
    wanted: String,
    known: String,
}

impl Filter {
    /// Whether a name is wanted.
    pub fn takes(&self, name: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|wanted| wanted.0.matches(name))
    }

    /// Whether each of the wanted names is there.
    ///
    /// # Errors
    /// Names the first that is not, and those that are.
    pub fn prove<'a>(
        &self,
        what: &'static str,
        names: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), UnknownName> {
        let missing = self.0.iter().find(|wanted| !names.clone().any(|name| wanted.0.matches(name)));
        let Some(wanted) = missing else { return Ok(()) };
        let mut known: Vec<_> = names.map(|name| format!("`{name}`")).collect();
        known.dedup();
        Err(UnknownName { what, wanted: wanted.to_string(), known: known.join(", ") })
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
    fn a_name_that_nothing_has_is_refused_with_those_that_are_there() {
        let filter: Filter = ["NAME-*".parse().unwrap(), "NAM-1".parse().unwrap()].into_iter().collect();
        let error = filter.prove("check", ["NAME-1", "LAY-1"].into_iter()).unwrap_err();
        assert_eq!(error.to_string(), "there is no check `NAM-1`; there are `NAME-1`, `LAY-1`");
        assert!(Filter::default().prove("check", std::iter::empty()).is_ok());
        assert!("a[".parse::<Wanted>().is_err());
    }
}
