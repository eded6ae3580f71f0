//! Which date folder a batch belongs into (LAY-2, LAY-3, U-14, U-15, U-25).

use jiff::civil::Date;

use super::super::DateFolders;
use crate::contract::object_key::folder_date;

/// The date of the folder, `None` for the base folder.
///
/// `first_event` is when the first forwarded event happened, in milliseconds since 1970: the outer `None` says that
/// there is no event, the inner one that it has no timestamp. `uploaded` is when the batch was uploaded.
pub(crate) fn date_folder(mode: DateFolders, first_event: Option<Option<i64>>, uploaded: i64) -> Option<Date> {
    let milliseconds = match mode {
        DateFolders::None => return None,
        DateFolders::EventTime => first_event.flatten()?,
        DateFolders::UploadTime => uploaded,
        DateFolders::FirstEventOrUploadTime => first_event.flatten().unwrap_or(uploaded),
    };
    folder_date(milliseconds)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const NEW_YEAR: i64 = 1_704_067_200_000; // 2024-01-01T00:00:00Z
    const LEAP_DAY: i64 = 1_709_164_800_000; // 2024-02-29T00:00:00Z

    #[test]
    fn the_mode_chooses_the_timestamp() {
        let folder = |mode, first_event| date_folder(mode, first_event, LEAP_DAY);
        let upload = Some(date(2024, 2, 29));
        let event = Some(date(2023, 12, 31));
        let first = Some(Some(NEW_YEAR - 1));
        for (mode, expected) in [
            (DateFolders::None, [None, None, None]),
            (DateFolders::EventTime, [event, None, None]),
            (DateFolders::UploadTime, [upload, upload, upload]),
            (DateFolders::FirstEventOrUploadTime, [event, upload, upload]),
        ] {
            assert_eq!([folder(mode, first), folder(mode, Some(None)), folder(mode, None)], expected, "{mode:?}");
        }
    }

    #[test]
    fn a_date_that_has_no_folder_goes_to_the_base_folder() {
        let at = |milliseconds| date_folder(DateFolders::EventTime, Some(Some(milliseconds)), 0);
        assert_eq!(at(i64::MAX), None);
        assert_eq!(at(i64::MIN), None);
        assert_eq!(at(-62_167_219_200_001), None); // the last millisecond before the year 0
        assert_eq!(at(-62_167_219_200_000), Some(date(0, 1, 1)));
        assert_eq!(at(253_402_300_799_999), Some(date(9999, 12, 31))); // the last millisecond of the year 9999
        assert_eq!(at(253_402_300_800_000), None);
        assert_eq!(at(-1), Some(date(1969, 12, 31)));
        assert_eq!(at(0), Some(date(1970, 1, 1)));
    }
}
