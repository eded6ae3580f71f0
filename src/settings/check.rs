//! The checks of single values: each goes from what was typed to what is used, and notes what is wrong.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::error::{Problem, Refusal, SettingsError, refuse_outer_blanks};
use super::value::{
    Acl, BucketName, DateFolders, Endpoint, FolderName, MetadataExclusion, Region, ServerSideEncryption,
    TypedDateFolders, is_secret_shaped, role,
};

/// The largest number of problems that are collected. A file with more of them is no settings file.
pub(super) const MOST_PROBLEMS: usize = 100;

/// Collects what is wrong with settings.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub(super) found: Vec<Problem>,
}

impl Problems {
    /// Notes what is wrong with a setting, unless something already is: the first reason is the one to fix.
    pub(super) fn add(&mut self, path: impl Display, message: impl Display) {
        if self.found.len() >= MOST_PROBLEMS {
            return;
        }
        let problem = Problem::new(path, message);
        if self.is_sound(&problem.path) {
            self.found.push(problem);
        }
    }

    /// Whether nothing is wrong with a setting so far.
    pub(super) fn is_sound(&self, path: &str) -> bool {
        self.found.iter().all(|problem| problem.path != path)
    }

    /// The checked value, or everything that is wrong.
    pub(super) fn finish<T>(self, checked: T) -> Result<T, SettingsError> {
        match self.found {
            problems if problems.is_empty() => Ok(checked),
            problems => Err(SettingsError::Invalid { file: None, problems }),
        }
    }

    /// The value of a result; a refusal is noted and gives `None`.
    pub(super) fn take<T>(&mut self, path: impl Display, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|refusal| self.add(path, refusal)).ok()
    }
}

/// A setting whose value is checked.
pub(super) struct At<'a> {
    /// Table and id, for instance `engine.uploads`.
    pub(super) path: &'static str,
    pub(super) problems: &'a mut Problems,
}

impl At<'_> {
    fn take<T>(self, result: Result<T, Refusal>) -> Option<T> {
        self.problems.take(self.path, result)
    }
}

pub(super) fn flag(typed: Option<bool>, default: bool, _: At<'_>) -> bool {
    typed.unwrap_or(default)
}

/// A number within bounds, which `T` can hold.
pub(super) fn number<T: TryFrom<u64> + Default>(
    typed: Option<u64>,
    default: u64,
    at: At<'_>,
    bounds: RangeInclusive<u64>,
) -> T {
    let value = typed.filter(|value| bounds.contains(value)).unwrap_or(default);
    if let Some(refused) = typed.filter(|typed| *typed != value) {
        let (least, most) = (bounds.start(), bounds.end());
        let allowed = if *most == u64::MAX { format!("at least {least}") } else { format!("{least} to {most}") };
        at.problems.add(at.path, format_args!("`{refused}` is out of bounds: {allowed} is allowed"));
    }
    T::try_from(value).unwrap_or_default()
}

pub(super) fn text(typed: Option<String>, _: &str, _: At<'_>) -> Option<String> {
    typed
}

pub(super) fn path(typed: Option<String>, _: &str, _: At<'_>) -> Option<PathBuf> {
    typed.map(PathBuf::from)
}

/// A text without a blank at either end; one of blanks alone is unset (U-34).
pub(super) fn trimmed(typed: Option<String>, _: &str, at: At<'_>) -> Option<String> {
    let text = typed.filter(|text| !is_blank(text))?;
    at.take(refuse_outer_blanks(&text, &text))?;
    Some(text)
}

pub(super) fn folder_name(typed: Option<String>, _: &str, at: At<'_>) -> Option<FolderName> {
    at.take(typed.filter(|text| !is_blank(text))?.parse())
}

pub(super) fn endpoint(typed: Option<String>, _: &str, at: At<'_>) -> Option<Endpoint> {
    at.take(typed?.parse())
}

pub(super) fn region(typed: Option<String>, _: &str, at: At<'_>) -> Option<Region> {
    at.take(typed?.parse())
}

/// A text that a header can carry. It is not shown, since it may be a key.
pub(super) fn key_id(typed: Option<String>, _: &str, at: At<'_>) -> Option<String> {
    let is_sendable = |text: &String| text.bytes().all(|byte| byte.is_ascii_graphic());
    typed.filter(|text| {
        let why = "it holds a blank, a line break or another character that no key has: copy it again";
        is_sendable(text) || at.take::<()>(Err(Refusal::new(why))).is_some()
    })
}

/// The public half of a key pair. A secret in its place would be sent, and shown as an id.
pub(super) fn access_key_id(typed: Option<String>, at: At<'_>) -> Option<String> {
    let id = key_id(typed, "", At { path: at.path, problems: at.problems })?;
    let why = "it has the form of a secret access key: write the id here, which is no secret, and the secret in \
               `configuration.secret_access_key`";
    if is_secret_shaped(&id) { at.take(Err(Refusal::new(why))) } else { Some(id) }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

pub(super) fn acl(typed: Option<Acl>, _: &str, _: At<'_>) -> Option<Acl> {
    typed
}

pub(super) fn role_arn(typed: Option<String>, _: &str, at: At<'_>) -> Option<String> {
    typed.filter(|arn| at.take(role::check_role_arn(arn)).is_some())
}

pub(super) fn external_id(typed: Option<String>, _: &str, at: At<'_>) -> Option<String> {
    typed.filter(|id| at.take(role::check_external_id(id)).is_some())
}

pub(super) fn iam_user(typed: Option<String>, _: &str, at: At<'_>) -> Option<String> {
    typed.filter(|name| at.take(role::check_user(name)).is_some())
}

pub(super) fn pod(typed: Option<String>, _: &str, at: At<'_>) -> Option<String> {
    typed.filter(|name| at.take(role::check_pod(name)).is_some())
}

/// A refused name is replaced, so that the rules between settings can still be checked.
pub(super) fn bucket_name(typed: Option<String>, _: &str, at: At<'_>) -> BucketName {
    let name = typed.ok_or_else(|| Refusal::new("it must be set: name the bucket to write to"));
    at.take(name.and_then(|name| name.parse())).unwrap_or_else(BucketName::placeholder)
}

/// A refused mode is replaced as a bucket name is.
pub(super) fn date_folders(typed: Option<TypedDateFolders>, _: &str, at: At<'_>) -> DateFolders {
    at.take(DateFolders::check(typed)).unwrap_or(DateFolders::None)
}

pub(super) fn encryption(typed: Option<ServerSideEncryption>, _: &str, _: At<'_>) -> ServerSideEncryption {
    typed.unwrap_or_default()
}

pub(super) fn exclusion(typed: Option<Vec<String>>, _: &str, at: At<'_>) -> MetadataExclusion {
    let mut exclusion = MetadataExclusion::default();
    for (index, item) in typed.iter().flatten().enumerate() {
        at.problems.take(format_args!("{}[{index}]", at.path), exclusion.exclude(item));
    }
    exclusion
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_bounds() {
        let mut problems = Problems::default();
        let mut check = |path, typed, bounds| number::<u64>(typed, 3, At { path, problems: &mut problems }, bounds);
        for (typed, expected) in [(None, 3), (Some(1), 1), (Some(9), 9)] {
            assert_eq!(check("engine.gzip_level", typed, 1..=9), expected);
        }
        check("engine.gzip_level", Some(10), 1..=9);
        check("engine.max_file_lines", Some(0), 1..=u64::MAX);
        let messages: Vec<String> = problems.found.iter().map(Problem::to_string).collect();
        assert_eq!(
            messages,
            [
                "engine.gzip_level: `10` is out of bounds: 1 to 9 is allowed",
                "engine.max_file_lines: `0` is out of bounds: at least 1 is allowed"
            ]
        );
    }
}
