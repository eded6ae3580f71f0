//! Computes the date folder of a line (LAY-2, LAY-3, U-14, U-15, U-25).

use crate::conform::document::Value;
use crate::settings::DateFolders;

use super::integers::{digits_of, exact};

/// The date folder `YYYY-MM-DD`, or `None` for the base folder. `document` is the forwarded line. Its upload time is
/// its own timestamp, else `received_ms`.
pub(super) fn date_folder(mode: DateFolders, document: &Value, received_ms: i64) -> Option<String> {
    let upload = document.get("timestamp_unixtime_ms").and_then(integer).unwrap_or(received_ms);
    let first_event = document
        .get("events")
        .and_then(Value::elements)
        .and_then(<[Value]>::first)
        .and_then(|event| event.get("data")?.get("timestamp_unixtime_ms"))
        .and_then(integer);
    date(match mode {
        DateFolders::None => return None,
        DateFolders::EventTime => first_event?,
        DateFolders::UploadTime => upload,
        DateFolders::FirstEventOrUploadTime => first_event.unwrap_or(upload),
    })
}

/// A 64-bit integer in a number or a string (DTO-3).
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Text(text) => digits_of(text)?.parse().ok(),
        // A number may also spell an integer with a fraction or an exponent (U-30).
        Value::Number(text) => digits_of(text).map(str::to_owned).or_else(|| exact(text))?.parse().ok(),
        _ => None,
    }
}

/// The UTC date of a time, in the proleptic Gregorian calendar, if the year is between 0000 and 9999.
fn date(unixtime_ms: i64) -> Option<String> {
    // The days are counted from 0000-03-01, so that a leap day is the last day of its year.
    let days = unixtime_ms.div_euclid(86_400_000) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (0..=9_999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::document::parse;
    use crate::contract::object_key::folder_date;

    #[test]
    fn dates_agree_with_the_calendar_at_every_edge() {
        assert_eq!(date(1_709_164_800_000).as_deref(), Some("2024-02-29"));
        assert_eq!(date(951_868_799_999).as_deref(), Some("2000-02-29"));
        let mut at = -62_167_219_200_000 - 86_400_000 * 400;
        while at < 253_402_300_800_000 + 86_400_000 * 400 {
            for ms in [at - 1, at, at + 1] {
                assert_eq!(date(ms), folder_date(ms).map(|date| date.to_string()), "{ms}");
            }
            at += 86_400_000 * 13;
        }
        assert_eq!((date(i64::MIN), date(i64::MAX)), (None, None));
    }

    #[test]
    fn each_mode_reads_its_own_timestamp() {
        use DateFolders::{EventTime, FirstEventOrUploadTime, None as NoFolders, UploadTime};
        let day = 86_400_000;
        let folder = |mode, events: &str, own: Option<i64>| {
            let own = own.map(|own| format!(r#","timestamp_unixtime_ms":{own}"#)).unwrap_or_default();
            let document = parse(&format!(r#"{{"events":{events}{own}}}"#)).unwrap();
            date_folder(mode, &document, 3 * day)
        };
        let dated = r#"[{"data":{"timestamp_unixtime_ms":"86400000"}},{"data":{"timestamp_unixtime_ms":0}}]"#;
        let undated = r#"[{"data":{}},{"data":{"timestamp_unixtime_ms":0}}]"#;
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(folder(NoFolders, dated, Some(0)), None);
        assert_eq!(folder(EventTime, dated, Some(0)), some("1970-01-02"));
        assert_eq!(folder(EventTime, undated, Some(0)), None);
        assert_eq!(folder(EventTime, "[]", Some(0)), None);
        assert_eq!(folder(UploadTime, dated, Some(2 * day)), some("1970-01-03"));
        assert_eq!(folder(UploadTime, dated, None), some("1970-01-04"));
        assert_eq!(folder(FirstEventOrUploadTime, dated, Some(0)), some("1970-01-02"));
        assert_eq!(folder(FirstEventOrUploadTime, undated, Some(0)), some("1970-01-01"));
        assert_eq!(folder(FirstEventOrUploadTime, "[]", None), some("1970-01-04"));
        let absurd = r#"[{"data":{"timestamp_unixtime_ms":9000000000000000000}}]"#;
        assert_eq!(folder(FirstEventOrUploadTime, absurd, Some(0)), None);
    }
}
