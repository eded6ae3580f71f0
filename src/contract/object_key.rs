//! The key of an exported object: `[folder_name/][YYYY-MM-DD/]<App Name>_<UTC time>_<5 digits>.txt` (NAME-1, LAY-1 to
//! LAY-5, U-25), and the verification object, which is not data (ACC-6).
//!
//! Parsing reverses formatting. App names can contain underscores, so a name is split from the right.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// The longest app name that is written, in bytes. S3 accepts keys of 1,024 bytes, but servers that store objects as
/// files accept 255 bytes per segment. The rest of a name needs 34.
const MAX_APP_NAME: usize = 200;
/// `yyyyMMddHHmmss` and six digits of microseconds: 20 digits.
const TIME_DIGITS: usize = 20;

/// Why a text is not the name or key of an exported object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectKeyError {
    /// The extension is neither `.txt` nor `.txt.gz`.
    #[error("the name `{0}` must end in `.txt` or `.txt.gz`")]
    Ending(String),
    /// The name has fewer than two underscores.
    #[error("the name `{0}` must be `<app name>_<time>_<5 digits>.txt`")]
    Parts(String),
    /// The part after the last underscore is not five digits.
    #[error("the number `{0}` must be exactly 5 digits")]
    Number(String),
    /// The time is not twenty digits of a valid time.
    #[error("the time `{0}` must be `yyyyMMddHHmmss` and 6 digits of microseconds, 20 digits in all")]
    Time(String),
    /// The app name is empty or contains a slash or a control character.
    #[error("the app name `{0}` must not be empty or contain a slash or a control character")]
    AppName(String),
    /// The key is not in the configured folder.
    #[error("the key `{key}` must be in the folder `{folder}`")]
    Folder {
        /// The key as given.
        key: String,
        /// The configured folder.
        folder: String,
    },
    /// The part between folder and name is not one date folder.
    #[error("the date folder `{0}` must be one segment `YYYY-MM-DD`")]
    Date(String),
}

/// The last segment of a key (NAME-1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectName {
    /// The app name: not empty, without slashes and control characters.
    pub app_name: String,
    /// When the file was closed for forwarding, in UTC and whole microseconds.
    pub forwarded_at: Timestamp,
    /// The random number: 10000 to 99999 when written, any five digits when read (U-13).
    pub number: u32,
    /// Whether the name ends in `.txt.gz` instead of `.txt` (U-12).
    pub gz: bool,
}

impl ObjectName {
    /// A name that is safe to write: the app name is made safe (see [`safe_app_name`]), the time is cut to microseconds
    /// and not before year 0, and the number is taken modulo 100,000.
    pub fn new(app_name: &str, forwarded_at: Timestamp, number: u32, gz: bool) -> Self {
        let micros = forwarded_at.as_microsecond().max(YEAR_ZERO_MICROS);
        Self {
            app_name: safe_app_name(app_name),
            forwarded_at: Timestamp::from_microsecond(micros).unwrap_or(forwarded_at),
            number: number % 100_000,
            gz,
        }
    }
}

/// 0000-01-01T00:00:00Z. Four digits cannot express an earlier year.
const YEAR_ZERO_MICROS: i64 = -62_167_219_200_000_000;

/// The app name in a key (U-13): `/` and control characters become `-`, at most 200 bytes are kept, and an empty name
/// becomes `unknown`.
pub fn safe_app_name(app_name: &str) -> String {
    let mut safe = String::with_capacity(app_name.len().min(MAX_APP_NAME));
    for character in app_name.chars() {
        let character = if is_unsafe(character) { '-' } else { character };
        if safe.len() + character.len_utf8() > MAX_APP_NAME {
            break;
        }
        safe.push(character);
    }
    if safe.is_empty() { "unknown".to_owned() } else { safe }
}

fn is_unsafe(character: char) -> bool {
    // The last two characters are not allowed in XML 1.0. A bucket with one of them in a key cannot be listed.
    character == '/' || character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}')
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = TimeZone::UTC.to_datetime(self.forwarded_at);
        write!(
            f,
            "{}_{}{:06}_{:05}{}",
            self.app_name,
            at.strftime("%Y%m%d%H%M%S"),
            at.subsec_nanosecond() / 1_000,
            self.number,
            if self.gz { ".txt.gz" } else { ".txt" },
        )
    }
}

impl FromStr for ObjectName {
    type Err = ObjectKeyError;

    fn from_str(name: &str) -> Result<Self, ObjectKeyError> {
        let (stem, gz) = match (name.strip_suffix(".txt"), name.strip_suffix(".txt.gz")) {
            (Some(stem), _) => (stem, false),
            (_, Some(stem)) => (stem, true),
            _ => return Err(ObjectKeyError::Ending(name.to_owned())),
        };
        let parts = || ObjectKeyError::Parts(name.to_owned());
        let (rest, number) = stem.rsplit_once('_').ok_or_else(parts)?;
        let (app_name, time) = rest.rsplit_once('_').ok_or_else(parts)?;
        let number = digits(number, 5)
            .and_then(|n| u32::try_from(n).ok())
            .ok_or_else(|| ObjectKeyError::Number(number.into()))?;
        let forwarded_at = parse_time(time).ok_or_else(|| ObjectKeyError::Time(time.into()))?;
        if app_name.is_empty() || app_name.chars().any(is_unsafe) {
            return Err(ObjectKeyError::AppName(app_name.to_owned()));
        }
        Ok(Self { app_name: app_name.to_owned(), forwarded_at, number, gz })
    }
}

/// The value of exactly `count` ASCII digits (at most 18).
fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn parse_time(text: &str) -> Option<Timestamp> {
    if text.len() != TIME_DIGITS || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i32>().ok();
    let small = |from, to| part(from, to).and_then(|n| i8::try_from(n).ok());
    let year = part(0, 4).and_then(|n| i16::try_from(n).ok())?;
    let at = DateTime::new(
        year,
        small(4, 6)?,
        small(6, 8)?,
        small(8, 10)?,
        small(10, 12)?,
        small(12, 14)?,
        part(14, 20)? * 1_000,
    )
    .ok()?;
    TimeZone::UTC.to_timestamp(at).ok()
}

/// A whole key: the folder, the date and the name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectKey {
    /// The configured `folder_name`, without outer slashes (LAY-1).
    pub folder: Option<String>,
    /// The date folder, UTC, years 0000 to 9999 (LAY-2, U-14, U-25).
    pub date: Option<Date>,
    /// The last segment.
    pub name: ObjectName,
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(folder) = &self.folder {
            write!(f, "{folder}/")?;
        }
        if let Some(date) = self.date {
            write!(f, "{:04}-{:02}-{:02}/", date.year(), date.month(), date.day())?;
        }
        self.name.fmt(f)
    }
}

impl ObjectKey {
    /// Reads `key` as a key in `folder` (without outer slashes; `None` is the bucket's root).
    ///
    /// # Errors
    /// If the key is not in the folder, the part between folder and name is not one date, or the name breaks NAME-1.
    pub fn parse(key: &str, folder: Option<&str>) -> Result<Self, ObjectKeyError> {
        let rest = match folder {
            None => key,
            Some(folder) => key
                .strip_prefix(folder)
                .and_then(|rest| rest.strip_prefix('/'))
                .ok_or_else(|| ObjectKeyError::Folder { key: key.to_owned(), folder: folder.to_owned() })?,
        };
        let (date, name) = match rest.rsplit_once('/') {
            None => (None, rest),
            Some((date, name)) => (Some(parse_date(date).ok_or_else(|| ObjectKeyError::Date(date.to_owned()))?), name),
        };
        Ok(Self { folder: folder.map(str::to_owned), date, name: name.parse()? })
    }
}

fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The UTC date folder of a time in milliseconds since 1970. `None` outside the years 0000 to 9999: such a file is in
/// the base folder (U-14, U-25).
pub fn folder_date(unixtime_ms: i64) -> Option<Date> {
    let days = unixtime_ms.div_euclid(86_400_000);
    let span = jiff::Span::new().try_days(days).ok()?;
    let date = Date::constant(1970, 1, 1).checked_add(span).ok()?;
    (date.year() >= 0).then_some(date)
}

const VERIFICATION_PREFIX: &str = "mParticle_Bucket_Verification_";

/// The name of the verification object that is written at `at` (ACC-6, U-1), in UTC.
pub fn verification_name(at: Timestamp) -> String {
    let at = TimeZone::UTC.to_datetime(at);
    format!("{VERIFICATION_PREFIX}{}.txt", at.strftime("%Y%m%d-%H%M%S"))
}

/// Whether `key` is a verification object: at the bucket's root or anywhere in `folder`, with a date of eight and a
/// time of six digits (ACC-6, U-1). It is not data, and the clauses on names and layout do not apply to it.
pub fn is_verification_object(key: &str, folder: Option<&str>) -> bool {
    let (path, name) = key.rsplit_once('/').unwrap_or(("", key));
    let placed = path.is_empty() && !key.starts_with('/')
        || folder.is_some_and(|f| path.strip_prefix(f).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    let stamped = name
        .strip_prefix(VERIFICATION_PREFIX)
        .and_then(|rest| rest.strip_suffix(".txt"))
        .and_then(|stamp| stamp.split_once('-'))
        .is_some_and(|(date, time)| digits(date, 8).is_some() && digits(time, 6).is_some());
    placed && stamped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_published_example_is_read() {
        let name: ObjectName = "mPTravel_20171017170911644493_34523.txt".parse().unwrap();
        assert_eq!(name.app_name, "mPTravel");
        assert_eq!(name.forwarded_at.to_string(), "2017-10-17T17:09:11.644493Z");
        assert_eq!((name.number, name.gz), (34523, false));
    }

    #[test]
    fn app_names_with_underscores_are_read_from_the_right() {
        let key = "out/2024-02-29/my_app__20240229000000000001_00007.txt.gz";
        let parsed = ObjectKey::parse(key, Some("out")).unwrap();
        assert_eq!(parsed.name.app_name, "my_app_");
        assert_eq!((parsed.name.number, parsed.name.gz), (7, true));
        assert_eq!(parsed.date, Some(Date::constant(2024, 2, 29)));
        assert_eq!(parsed.to_string(), key);
    }

    #[test]
    fn each_fault_of_a_key_has_an_error_of_its_own() {
        let parse = |key: &str| ObjectKey::parse(key, None).unwrap_err();
        let time = "20171017170911644493";
        assert!(matches!(parse(&format!("a_{time}_34523.json")), ObjectKeyError::Ending(_)));
        assert!(matches!(parse(&format!("{time}_34523.txt")), ObjectKeyError::Parts(_)));
        assert!(matches!(parse(&format!("a_{time}_3452.txt")), ObjectKeyError::Number(_)));
        assert!(matches!(parse(&format!("a_{time}_+3452.txt")), ObjectKeyError::Number(_)));
        assert!(matches!(parse("a_20171017170911_34523.txt"), ObjectKeyError::Time(_)));
        assert!(matches!(parse("a_20171317170911644493_34523.txt"), ObjectKeyError::Time(_)));
        assert!(matches!(parse("a_2017101717091164449\u{e9}_34523.txt"), ObjectKeyError::Time(_)));
        assert!(matches!(parse(&format!("_{time}_34523.txt")), ObjectKeyError::AppName(_)));
        assert!(matches!(parse(&format!("2023-02-29/a_{time}_34523.txt")), ObjectKeyError::Date(_)));
        assert!(matches!(parse(&format!("x/2023-02-28/a_{time}_34523.txt")), ObjectKeyError::Date(_)));
        assert!(matches!(parse(&format!("/a_{time}_34523.txt")), ObjectKeyError::Date(_)));
        let elsewhere = ObjectKey::parse(&format!("outer/a_{time}_34523.txt"), Some("out")).unwrap_err();
        assert!(matches!(elsewhere, ObjectKeyError::Folder { .. }));
    }

    #[test]
    fn hostile_app_names_stay_one_segment() {
        assert_eq!(safe_app_name("a/../b\n\u{85}c"), "a-..-b--c");
        assert_eq!(safe_app_name(""), "unknown");
        let long = safe_app_name(&"é".repeat(1_000));
        assert_eq!(long.len(), 200);
    }

    #[test]
    fn dates_cover_the_years_0000_to_9999_and_no_others() {
        let text = |ms| folder_date(ms).map(|d| d.to_string());
        assert_eq!(text(0).as_deref(), Some("1970-01-01"));
        assert_eq!(text(-1).as_deref(), Some("1969-12-31"));
        assert_eq!(text(1_709_251_199_999).as_deref(), Some("2024-02-29"));
        assert_eq!(text(253_402_300_799_999).as_deref(), Some("9999-12-31"));
        assert_eq!(text(253_402_300_800_000), None);
        assert_eq!(text(-62_167_219_200_000).as_deref(), Some("0000-01-01"));
        assert_eq!(text(-62_167_219_200_001), None);
        assert_eq!((text(i64::MIN), text(i64::MAX)), (None, None));
    }

    #[test]
    fn verification_objects_are_known_at_the_root_and_under_the_folder() {
        let name = verification_name("2024-01-02T15:04:05.999Z".parse().unwrap());
        assert_eq!(name, "mParticle_Bucket_Verification_20240102-150405.txt");
        assert!(is_verification_object(&name, None));
        assert!(is_verification_object(&name, Some("a/b")));
        assert!(is_verification_object(&format!("a/b/{name}"), Some("a/b")));
        assert!(is_verification_object(&format!("a/b/2024-01-02/{name}"), Some("a/b")));
        assert!(!is_verification_object(&format!("a/bc/{name}"), Some("a/b")));
        assert!(!is_verification_object(&format!("a/{name}"), None));
        assert!(!is_verification_object(&format!("/{name}"), None));
        assert!(is_verification_object("mParticle_Bucket_Verification_20240102-999999.txt", None));
        assert!(!is_verification_object("mParticle_Bucket_Verification_20240102-15040.txt", None));
    }

    proptest! {
        #[test]
        fn format_and_parse_are_inverse(
            app in "\\PC{0,20}|[a-z_/\\.\n]{0,12}",
            micros in YEAR_ZERO_MICROS..=253_402_207_200_999_999i64,
            number in 0u32..100_000,
            gz: bool,
            folder in proptest::option::of("[a-z0-9]{1,5}(/[a-z0-9_.]{1,5}x)?"),
            date in proptest::option::of((0i16..=9999, 1i8..=12, 1i8..=28)),
        ) {
            let at = Timestamp::from_microsecond(micros).unwrap();
            let date = date.map(|(y, m, d)| Date::constant(y, m, d));
            let key = ObjectKey { folder: folder.clone(), date, name: ObjectName::new(&app, at, number, gz) };
            prop_assert_eq!(ObjectKey::parse(&key.to_string(), folder.as_deref()), Ok(key));
        }

        #[test]
        fn a_key_that_parses_is_written_back_as_it_was(
            key in "([0-9]{4}-[01][0-9]-[0-3][0-9]/)?[a-z_]{0,4}_[0-9]{4}[01][0-9][0-3][0-9][0-2][0-9]{11}_[0-9]{5}\\.txt(\\.gz)?",
        ) {
            if let Ok(parsed) = ObjectKey::parse(&key, None) {
                prop_assert_eq!(parsed.to_string(), key);
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(key in "\\PC{0,60}", folder in proptest::option::of("\\PC{0,5}")) {
            let _ = ObjectKey::parse(&key, folder.as_deref());
            let _ = is_verification_object(&key, folder.as_deref());
        }

        #[test]
        fn folder_dates_agree_with_the_calendar(ms in -62_167_219_200_000i64..=253_402_207_200_000) {
            let at = Timestamp::from_millisecond(ms).unwrap();
            prop_assert_eq!(folder_date(ms), Some(TimeZone::UTC.to_datetime(at).date()));
        }
    }
}
