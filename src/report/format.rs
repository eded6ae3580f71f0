//! The forms that a report can take.

use std::path::Path;
use std::str::FromStr;

/// A form of a report. Not every report has every form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// A table for a person.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// JUnit XML, for viewers of test results.
    Junit,
    /// Markdown, for a pull request.
    Markdown,
    /// A page that needs nothing else.
    Html,
    /// A badge's JSON, for shields.io.
    Badge,
    /// SARIF, for code hosts.
    Sarif,
}

/// A form that we cannot write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no form of this report; there are {known}")]
pub struct UnknownForm {
    given: String,
    known: String,
}

impl UnknownForm {
    /// `given` is none of `forms`, whose names are told.
    pub fn name(given: &str, forms: &[Form]) -> Self {
        Self { given: given.to_owned(), known: list(forms.iter().map(|form| form.as_str())) }
    }

    /// No form among `forms` has the ending of `path`; the endings are told.
    pub fn file(path: &Path, forms: &[Form]) -> Self {
        Self { given: path.display().to_string(), known: list(forms.iter().map(|form| form.ending())) }
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, names)) if !names.is_empty() => format!("{} and {last}", names.join(", ")),
        _ => names.concat(),
    }
}

impl FromStr for Form {
    type Err = UnknownForm;

    fn from_str(name: &str) -> Result<Self, UnknownForm> {
        Self::ALL.into_iter().find(|form| form.as_str() == name).ok_or_else(|| UnknownForm::name(name, &Self::ALL))
    }
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Human, Self::Json, Self::Jsonl, Self::Junit, Self::Markdown, Self::Html, Self::Badge, Self::Sarif];

    /// Those that every report has.
    pub const BASIC: [Self; 3] = [Self::Human, Self::Json, Self::Jsonl];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Badge => "badge",
            Self::Sarif => "sarif",
        }
    }

    /// What the name of a file in this form ends in.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Human => ".txt",
            Self::Json => ".json",
            Self::Jsonl => ".jsonl",
            Self::Junit => ".xml",
            Self::Markdown => ".md",
            Self::Html => ".html",
            Self::Badge => "badge.json",
            Self::Sarif => ".sarif",
        }
    }

    /// The form of a report file, told by the ending of its name.
    ///
    /// # Errors
    /// If none of `forms` has that ending.
    pub fn of_file(path: &Path, forms: &[Self]) -> Result<Self, UnknownForm> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let fits = |form: &&Self| {
            // Only what has a name of its own before the ending.
            let ending = form.ending();
            name.len() > usize::from(ending.starts_with('.')) * ending.len() && name.ends_with(ending)
        };
        if name.ends_with(".ndjson") && forms.contains(&Self::Jsonl) {
            return Ok(Self::Jsonl);
        }
        // The longest ending decides: that of a badge is JSON's, too.
        let form = forms.iter().filter(fits).max_by_key(|form| form.ending().len());
        form.copied().ok_or_else(|| UnknownForm::file(path, forms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_told_by_its_name_and_by_the_ending_of_a_file() {
        for form in Form::ALL {
            assert_eq!(form.as_str().parse(), Ok(form));
            let path = format!("out/report{}", form.ending());
            assert_eq!(Form::of_file(Path::new(&path), &Form::ALL), Ok(form), "{path}");
        }
        assert_eq!(Form::of_file(Path::new("badge.json"), &Form::ALL), Ok(Form::Badge));
        assert_eq!(Form::of_file(Path::new("badge.json"), &Form::BASIC), Ok(Form::Json));
        assert_eq!(Form::of_file(Path::new("a.ndjson"), &Form::BASIC), Ok(Form::Jsonl));
        let error = Form::of_file(Path::new("a.xml"), &Form::BASIC).unwrap_err().to_string();
        assert_eq!(error, "`a.xml` is no form of this report; there are `.txt`, `.json` and `.jsonl`");
        assert!(Form::of_file(Path::new(".json"), &Form::ALL).is_err());
    }
}
