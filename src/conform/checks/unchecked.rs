//! The clauses without a check of their own, with the reasons.

const BY_SETTINGS: &str = "`settings` (SET-2) covers it";
const BY_SCHEMA: &str = "`schema` (DTO-1) covers it";
const READERS: &str = "a rule for readers: `validate` follows it";

/// The clauses and the reasons.
pub const UNCHECKED: &[(&str, &str)] = &[
    ("ACC-2", "settings with another bucket are refused before anything is written"),
    ("ACC-9", "a rule for policies: `policy check` follows it, and a refused policy is not tested"),
    ("ACC-10", "the built-in S3 refuses the write (DELIVERY-1)"),
    ("SET-4", "settings that name one are refused before anything is written"),
    ("SET-3", "DTO-4 reports a missing bundle id or package"),
    ("folder_name", "`folder-name` (LAY-1) covers it"),
    ("s3_bucket_name", "only that bucket is read: an object in another bucket counts as lost (DELIVERY-1)"),
    ("server_side_encryption_method", "`encryption` (SSE-1) covers it"),
    ("store_data_in_folders_by_date", "`date-folders` (LAY-3) covers it"),
    ("unique_id", BY_SETTINGS),
    ("metadata_field_exclusion", BY_SETTINGS),
    ("send_lifecycle_events", BY_SETTINGS),
    ("send_screen_views", BY_SETTINGS),
    ("send_crash_events", BY_SETTINGS),
    ("send_network_performance_events", BY_SETTINGS),
    ("send_custom_events", BY_SETTINGS),
    ("send_push_registrations_and_receipts", BY_SETTINGS),
    ("send_as_batch", "`windows` (BAT-1) and `single-events` (BAT-3) cover it"),
    ("wait_for_complete_batch", "`sessions` (BAT-2) covers it"),
    ("include_location_information", BY_SETTINGS),
    ("send_commerce_events", BY_SETTINGS),
    ("use_compression", "`compression` (FILE-2) covers it"),
    ("include_consent_state", BY_SETTINGS),
    ("include_metadata", BY_SETTINGS),
    ("include_user_attribute_change_events", BY_SETTINGS),
    ("include_user_identity_change_events", BY_SETTINGS),
    ("send_batches_without_events", BY_SETTINGS),
    ("include_event_batch_location", BY_SETTINGS),
    ("send_alias_requests", BY_SETTINGS),
    ("include_mp_deviceid", BY_SETTINGS),
    ("raw_data_feed", "`inbound-form` (DTO-2) covers it"),
    ("DTO-3", READERS),
    ("DTO-5", BY_SCHEMA),
    ("DTO-6", BY_SCHEMA),
    ("DTO-7", READERS),
    ("DTO-8", BY_SCHEMA),
    ("DTO-9", "`lines` (FILE-1) reports a line that is not admissible"),
    ("LIM-1", "a limit of the input to mParticle: `validate --limits` covers it"),
    ("LIM-2", "a limit of the input to mParticle: `validate --limits` covers it"),
    ("EVT-1", "a rule for senders: `canary` follows it"),
    ("SEC-6", "blocked data is passed on unchanged (DTO-4)"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::checks::CHECKS;
    use crate::contract::clause::CLAUSES;

    #[test]
    fn each_clause_has_a_check_or_a_reason_and_never_both() {
        for clause in CLAUSES {
            let checks = CHECKS.iter().filter(|check| check.clause == clause.id).count();
            let reasons = UNCHECKED.iter().filter(|(id, _)| *id == clause.id).count();
            assert!((checks > 0) != (reasons > 0) && reasons < 2, "{}: {checks} checks, {reasons} reasons", clause.id);
        }
        assert!(UNCHECKED.iter().all(|(id, _)| CLAUSES.iter().any(|clause| clause.id == *id)));
    }
}
