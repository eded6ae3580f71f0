//! The places of 64-bit integers (DTO-1, U-26), and their spelling in the outbound form.

use crate::conform::document::Value;

/// The places in a batch. `*` is any element or member.
const BATCH: &[&str] = &[
    "timestamp_unixtime_ms",
    "batch_id",
    "mpid",
    "origin_mpid",
    "device_info/att_timestamp_unixtime_ms",
    "consent_state/gdpr/*/timestamp_unixtime_ms",
    "consent_state/ccpa/data_sale_opt_out/timestamp_unixtime_ms",
    "user_identities/*/timestamp_unixtime_ms",
    "context/data_plan/block_metadata/blocked_event_ids/*",
    "context/data_plan/block_metadata/blocked_event_attributes/*/event_id",
];

/// The places in the `data` of every event.
const EVENT: &[&str] = &[
    "timestamp_unixtime_ms",
    "event_id",
    "session_id",
    "session_start_unixtime_ms",
    "event_start_unixtime_ms",
    "device_current_state/time_since_start_ms",
    "device_current_state/total_system_memory_usage_bytes",
    "device_current_state/disk_space_free_bytes",
    "device_current_state/external_disk_space_free_bytes",
];

/// The places in the `data` of events of this type.
fn own(event_type: &str) -> &'static [&'static str] {
    match event_type {
        "session_end" => &["session_duration_ms"],
        "crash_report" => &["ios_image_base_address", "ios_image_size"],
        "commerce_event" => &[
            "product_action/products/*/added_to_cart_time_ms",
            "product_impressions/*/products/*/added_to_cart_time_ms",
            "shopping_cart/products/*/added_to_cart_time_ms",
        ],
        "profile" => &["previous_mpid", "current_mpid"],
        "user_identity_change" => &["new/timestamp_unixtime_ms", "old/timestamp_unixtime_ms"],
        "alias_request" => &["source_mpid", "destination_mpid", "start_unixtime_ms", "end_unixtime_ms"],
        _ => &[],
    }
}

/// Writes the 64-bit integers of a batch as strings, except those of its events.
pub(super) fn of_batch(batch: &mut Value) {
    BATCH.iter().for_each(|path| at(batch, path));
}

/// Writes the 64-bit integers of an event's `data` as strings.
pub(super) fn of_event(event_type: &str, data: &mut Value) {
    EVENT.iter().chain(own(event_type)).for_each(|path| at(data, path));
    if event_type == "crash_report"
        && let Some(Value::Array(breadcrumbs)) = data.get_mut("breadcrumbs")
    {
        for data in breadcrumbs.iter_mut().filter_map(|breadcrumb| breadcrumb.get_mut("data")) {
            of_event("breadcrumb", data);
        }
    }
}

fn at(value: &mut Value, path: &str) {
    let (step, rest) = path.split_once('/').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let reach = |child: &mut Value| match rest {
        Some(rest) => at(child, rest),
        None => as_string(child, path.starts_with("ios_image")),
    };
    match (step, value) {
        ("*", Value::Array(items)) => items.iter_mut().for_each(reach),
        ("*", Value::Object(members)) => members.iter_mut().for_each(|(_, member)| reach(member)),
        (key, value) => {
            if let Some(child) = value.get_mut(key) {
                reach(child);
            }
        }
    }
}

/// A number becomes a string of its digits; one with a fraction or an exponent of its exact digits (U-30). What is no integer of 64
/// bits stays as it is.
fn as_string(value: &mut Value, unsigned: bool) {
    let Value::Number(text) = &*value else { return };
    let Some(digits) = digits_of(text).map(str::to_owned).or_else(|| exact(text)) else { return };
    if if unsigned { digits.parse::<u64>().is_ok() } else { digits.parse::<i64>().is_ok() } {
        *value = Value::Text(digits.into());
    }
}

/// The digits of an integer up to 2^53 that is spelled with a fraction or an exponent. Past it they would be a guess (U-30).
pub(super) fn exact(number: &str) -> Option<String> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) =
        mantissa.trim_start_matches('-').split_once('.').unwrap_or((mantissa.trim_start_matches('-'), ""));
    let mut digits = format!("{whole}{fraction}");
    if digits.bytes().all(|digit| digit == b'0') {
        return Some("0".to_owned());
    }
    // How many digits stand before the point, once the exponent has moved it.
    let point = exponent.parse::<i128>().ok()? + whole.len() as i128;
    let rest = digits.len() as i128 - point;
    if rest > 0 {
        let after = digits.split_off(usize::try_from(point).unwrap_or(0).min(digits.len()));
        if point < 0 || after.bytes().any(|digit| digit != b'0') {
            return None;
        }
    } else if rest > -20 {
        digits.extend(std::iter::repeat_n('0', usize::try_from(-rest).unwrap_or(0)));
    } else {
        return None;
    }
    let value = digits.trim_start_matches('0').parse::<u64>().ok().filter(|value| *value <= 1 << 53)?;
    Some(if number.starts_with('-') { format!("-{value}") } else { value.to_string() })
}

/// The text, if it is decimal digits with an optional minus sign.
pub(super) fn digits_of(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_is_written_as_its_exact_digits_up_to_2_to_the_53rd() {
        for (number, digits) in [
            ("1.606896432E+12", Some("1606896432000")),
            ("-1e3", Some("-1000")),
            ("0.1e1", Some("1")),
            ("100e-2", Some("1")),
            ("-0.0", Some("0")),
            ("9007199254740992.0", Some("9007199254740992")),
            ("9007199254740993.0", None),
            ("-5.28e+18", None),
            ("1.5", None),
            ("1.00000000000000000001", None),
            ("1e-3", None),
            ("1e300", None),
        ] {
            assert_eq!(exact(number).as_deref(), digits, "{number}");
        }
    }
}
