//! The clauses that the export promises, and the register of what its documentation leaves open.
//!
//! Every clause has an id, one sentence of ours and the page of mParticle's documentation that it comes from. A finding
//! cites a clause by its id. A connection setting's id is the clause of that setting's effect.

/// One promise about the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// The id that findings cite, for instance `NAME-1` or `include_mp_deviceid`.
    pub id: &'static str,
    /// What is promised, in one sentence.
    pub sentence: &'static str,
    /// The page of mParticle's documentation, or `this project` for a promise of our own.
    pub source: &'static str,
}

/// Nothing is lost, repeated or invented: the one promise that is our own.
pub const DELIVERY: &str = "DELIVERY-1";

/// The clause with this id.
pub fn find(id: &str) -> Option<&'static Clause> {
    CLAUSES.iter().find(|clause| clause.id == id)
}

const S3: &str = "Amazon S3 / Event";
const REFERENCE: &str = "JSON Reference";
const HTTP: &str = "HTTP API";
const LIMITS: &str = "Default Service Limits";
const BACKFILL: &str = "Blocked Data Backfill Guide";
const HOSTING: &str = "Data Hosting Locations";
const OURS: &str = "this project";

const fn clause(id: &'static str, source: &'static str, sentence: &'static str) -> Clause {
    Clause { id, sentence, source }
}

/// Every clause, in the order of the contract.
pub const CLAUSES: &[Clause] = &[
    clause(
        "ACC-1",
        S3,
        "mParticle writes either by its own AWS roles, which a bucket policy grants, or by the access key of an IAM user of yours.",
    ),
    clause("ACC-2", S3, "With role-based access the bucket's name begins with `mp-forwarding-`."),
    clause("ACC-3", HOSTING, "The bucket policy lets the two roles of your pod put objects and their ACLs."),
    clause("ACC-4", S3, "The IAM user's policy lets it find the bucket, list it, and read and put objects in it."),
    clause("ACC-5", S3, "The published policy templates have known faults, which a strict edition mends."),
    clause("ACC-6", S3, "Saving a connection writes a verification object that holds `{}`; it is no data."),
    clause("ACC-7", S3, "An ACL, where one is sent, is one that the bucket's ownership setting accepts."),
    clause("ACC-8", S3, "The user policy grants no right to set ACLs, so a user-based writer sends none."),
    clause("SET-1", S3, "Event types that no setting names, and types not known here, are always forwarded."),
    clause("SET-2", S3, "A setting that is absent has its documented default, and an unknown setting is an error."),
    clause("SET-3", S3, "The bundle id and package name are forwarded, unless application_info is removed as a whole."),
    clause("folder_name", S3, "Everything is stored under this folder."),
    clause("s3_bucket_name", S3, "Everything is stored in this bucket."),
    clause("server_side_encryption_method", S3, "Every object is stored with this encryption."),
    clause("store_data_in_folders_by_date", S3, "Files lie in the date folder that this mode demands."),
    clause("unique_id", S3, "This value stands as `unique_id` at the top of each batch."),
    clause("metadata_field_exclusion", S3, "The named metadata leave the batch."),
    clause(
        "send_lifecycle_events",
        S3,
        "Off: no application_state_transition, session_start or session_end is forwarded.",
    ),
    clause("send_screen_views", S3, "Off: no screen_view is forwarded."),
    clause("send_crash_events", S3, "Off: no crash_report is forwarded."),
    clause("send_network_performance_events", S3, "Off: no network_performance is forwarded."),
    clause("send_custom_events", S3, "Off: no custom_event is forwarded."),
    clause(
        "send_push_registrations_and_receipts",
        S3,
        "Off: no push_registration, push_message or push_reaction is forwarded.",
    ),
    clause("send_as_batch", S3, "On: a device's events are gathered and forwarded as one batch."),
    clause("wait_for_complete_batch", S3, "On: a batch of an Android input is held until its session has ended."),
    clause("include_location_information", S3, "Off: `location` leaves every event."),
    clause("send_commerce_events", S3, "Off: no commerce_event is forwarded."),
    clause("use_compression", S3, "On: every object is gzip; off: none is."),
    clause("include_consent_state", S3, "Off: `consent_state` leaves the batch."),
    clause("include_metadata", S3, "Off: application_info, device_info and source_info leave the batch."),
    clause("include_user_attribute_change_events", S3, "Off: no user_attribute_change is forwarded."),
    clause("include_user_identity_change_events", S3, "Off: no user_identity_change is forwarded."),
    clause("send_batches_without_events", S3, "Off: a batch that has no events after filtering is not forwarded."),
    clause(
        "include_event_batch_location",
        S3,
        "On: context.location is set whenever possible; off: it leaves the batch.",
    ),
    clause("send_alias_requests", S3, "Off: no alias_request is forwarded."),
    clause("include_mp_deviceid", S3, "Off: `mp_deviceid` leaves the batch."),
    clause("raw_data_feed", S3, "On: batches are written in the inbound form, which keeps identities as a map."),
    clause(
        "DTO-1",
        REFERENCE,
        "The outbound form has identities as an array, 64-bit integers as strings of digits, and no `ip`.",
    ),
    clause("DTO-2", HTTP, "The inbound form has identities as a map and keeps the spelling of its integers."),
    clause(
        "DTO-3",
        REFERENCE,
        "Readers take a 64-bit integer as number or string, keep unknown fields, and read null as absent.",
    ),
    clause("DTO-4", REFERENCE, "Numbers keep every digit, text keeps every character, and the order of keys is kept."),
    clause("DTO-5", REFERENCE, "An event is an object of `event_type` and `data`."),
    clause(
        "DTO-6",
        REFERENCE,
        "A commerce event is of exactly one kind: product action, promotion action or impressions.",
    ),
    clause("DTO-7", HTTP, "Readers live with the oddities that real clients send."),
    clause("DTO-8", HTTP, "`environment` is `development` or `production`."),
    clause(
        "DTO-9",
        OURS,
        "A line is UTF-8 JSON of bounded depth and length, without duplicate keys or lone surrogates.",
    ),
    clause("LIM-1", LIMITS, "Names, values, batches and requests keep within documented sizes."),
    clause("BAT-1", S3, "A device's events of roughly ten minutes make one batch."),
    clause("BAT-2", S3, "With complete batches asked for, an Android batch is a whole session."),
    clause("BAT-3", S3, "Without batching each event is forwarded on its own: one line an event."),
    clause(
        "FILE-1",
        S3,
        "A file is newline-delimited JSON, one batch a line, never empty, with a newline after the last line too.",
    ),
    clause("FILE-2", S3, "A compressed object is gzip as a whole; readers look at the first two bytes."),
    clause("NAME-1", S3, "A file is named by app, UTC time to the microsecond, and a random number of five digits."),
    clause("LAY-1", S3, "With folder_name set, everything lies under it."),
    clause("LAY-2", S3, "Date folders are named `YYYY-MM-DD`."),
    clause("LAY-3", S3, "The mode says whether the first event's time or the upload's time gives the date folder."),
    clause("LAY-4", S3, "A folder's date and the date in a file's name may differ."),
    clause("LAY-5", S3, "A file holds batches of one app and one folder only."),
    clause("SSE-1", S3, "The chosen encryption is asked for on every object, and on nothing else."),
    clause("LIM-2", LIMITS, "A batch has at most 100 user attributes, with bounded names and values."),
    clause("SEC-6", BACKFILL, "Quarantined data says in context.data_plan.block_metadata what was blocked."),
    clause(DELIVERY, OURS, "Every received event is written once, or it is known why it was not; nothing is invented."),
];

/// A question that the documentation leaves open, and how we answer it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undefined {
    /// `U-1` and so on.
    pub id: &'static str,
    /// What is left open.
    pub question: &'static str,
    /// What we chose.
    pub choice: &'static str,
    /// The setting or engine option that changes the choice, if there is one.
    pub option: Option<&'static str>,
}

const fn open(
    id: &'static str,
    option: Option<&'static str>,
    question: &'static str,
    choice: &'static str,
) -> Undefined {
    Undefined { id, question, choice, option }
}

/// Every open question, in the order of its number.
pub const UNDEFINED: &[Undefined] = &[
    open(
        "U-1",
        None,
        "Where does the verification object lie, and in which time zone is its name?",
        "At the bucket's root, in UTC; readers know it anywhere under the folder as well.",
    ),
    open(
        "U-2",
        Some("acl"),
        "Does mParticle send an ACL with its objects?",
        "The engine sends none, and can send bucket-owner-full-control.",
    ),
    open("U-3", None, "Which names does the encryption method take?", "None, AES256, aws:kms and aws:kms:dsse."),
    open(
        "U-4",
        None,
        "Which metadata can be excluded besides device name and IP address?",
        "Also JSON Pointers into application_info, device_info and source_info.",
    ),
    open(
        "U-5",
        Some("send_batches_without_events"),
        "Is a batch without events judged before or after filtering?",
        "After; a batch that arrived empty counts too.",
    ),
    open(
        "U-6",
        None,
        "What becomes of event types that no setting names?",
        "They are always forwarded, as are types not known here.",
    ),
    open(
        "U-7",
        None,
        "Which numbers become strings in the outbound form?",
        "64-bit integers; 32-bit integers and decimals stay numbers.",
    ),
    open(
        "U-8",
        None,
        "In which form is an alias request exported?",
        "As an event of type alias_request; the identity API's own shape is known as one too.",
    ),
    open(
        "U-9",
        Some("window_seconds"),
        "When does a batching window open, how long is it, and what is a device?",
        "It opens with the device's first event and lasts 600 seconds; a device is mp_deviceid, else a device identity, else mpid.",
    ),
    open(
        "U-10",
        Some("session_release_seconds"),
        "When is a session released that never ends?",
        "After 24 hours, marked as such.",
    ),
    open(
        "U-11",
        None,
        "Which encoding and line ends do files have?",
        "UTF-8 without a mark, a newline after every line, no blank line, no empty object.",
    ),
    open(
        "U-12",
        Some("gzip_suffix"),
        "Does a compressed file's name say so?",
        "No, it ends in .txt; an option adds .gz. No Content-Encoding is set.",
    ),
    open(
        "U-13",
        Some("app_name"),
        "From which range is the number drawn, when is the time taken, and what if the app name is unsafe or absent?",
        "From 10000 to 99999, when the file closes; slashes and control characters become `-`, and absent becomes `unknown`.",
    ),
    open("U-14", None, "In which time zone are date folders?", "UTC."),
    open(
        "U-15",
        None,
        "Which folder takes a batch whose first event has no timestamp, by first event or upload time?",
        "The one of its upload time.",
    ),
    open(
        "U-16",
        None,
        "What does forwarding add to a batch?",
        "It converts identities, 64-bit integers and ip, fills schema_version and timestamp_unixtime_ms, and invents nothing else.",
    ),
    open(
        "U-17",
        None,
        "How do batches merge?",
        "The last received wins, maps merge key by key, and only equal app, data plan, environment and mpid merge.",
    ),
    open(
        "U-18",
        None,
        "Is a batch judged before or after filtering where device, session and app name are needed?",
        "As received, before filtering; ip leaves the outbound form always.",
    ),
    open(
        "U-19",
        None,
        "How are batches written in a raw data feed?",
        "Integers keep their spelling and an identities array becomes a map; two identities of one type are quarantined.",
    ),
    open(
        "U-20",
        Some("max_file_bytes, max_file_lines, max_file_age_seconds"),
        "When does a file close?",
        "By size, count or age.",
    ),
    open(
        "U-21",
        None,
        "What is a valid location, and do breadcrumbs inside a crash report keep theirs?",
        "Numeric latitude and longitude in range, of an event that survives the filters; breadcrumbs lose theirs with the events.",
    ),
    open(
        "U-22",
        None,
        "What is an Android input, and what tells sessions apart?",
        "device_info.platform, else application_info.os; session_uuid, else session_id.",
    ),
    open(
        "U-23",
        None,
        "Which fields does an outbound identity have?",
        "identity_type and identity; the timestamp is optional and left out when unknown.",
    ),
    open(
        "U-24",
        None,
        "Which settings are required, and how are shown names read?",
        "The bucket and the folder mode; shown names are matched without case, and an empty string is unset.",
    ),
    open(
        "U-25",
        None,
        "What does a whole key look like, and where does an absurd date go?",
        "Folder, date and name in this order; a date outside the years 0000 to 9999 goes to the base folder.",
    ),
    open(
        "U-26",
        None,
        "Which other fields are 64-bit integers?",
        "Durations, memory and disk sizes, mpids, consent timestamps and the image addresses of crash reports.",
    ),
    open(
        "U-27",
        Some("sse_kms_key_id"),
        "Where does the key for aws:kms come from?",
        "An engine option; the account's default key without it.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_found() {
        for (index, clause) in CLAUSES.iter().enumerate() {
            assert_eq!(CLAUSES.iter().position(|other| other.id == clause.id), Some(index), "{}", clause.id);
            assert_eq!(find(clause.id), Some(clause));
            assert!(clause.sentence.ends_with('.') && !clause.source.is_empty(), "{}", clause.id);
        }
        assert_eq!(find("NAME-2"), None);
    }

    #[test]
    fn every_clause_of_the_contract_is_there() {
        let families = [
            ("ACC", 8),
            ("SET", 3),
            ("DTO", 9),
            ("LIM", 2),
            ("BAT", 3),
            ("FILE", 2),
            ("NAME", 1),
            ("LAY", 5),
            ("SSE", 1),
        ];
        for (family, last) in families {
            for number in 1..=last {
                assert!(find(&format!("{family}-{number}")).is_some(), "{family}-{number}");
            }
        }
        assert!(find("SEC-6").is_some() && find(DELIVERY).is_some());
        let settings = CLAUSES.iter().filter(|clause| !clause.id.contains('-')).count();
        assert_eq!(settings, 26);
    }

    #[test]
    fn every_open_question_is_numbered_and_answered() {
        for (index, entry) in UNDEFINED.iter().enumerate() {
            assert_eq!(entry.id, format!("U-{}", index + 1));
            assert!(entry.question.ends_with('?') && entry.choice.ends_with('.'), "{}", entry.id);
        }
        assert_eq!(UNDEFINED.len(), 27);
    }
}
