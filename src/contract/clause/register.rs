//! The list of all clauses.

use super::entry::{Clause, DELIVERY, OURS};

const S3: &str = "Amazon S3 / Event";
const REFERENCE: &str = "JSON Reference";
const HTTP: &str = "HTTP API";
const LIMITS: &str = "Default Service Limits";
const BACKFILL: &str = "Blocked Data Backfill Guide";
const HOSTING: &str = "Data Hosting Locations";

const fn clause(id: &'static str, source: &'static str, sentence: &'static str, remedy: &'static str) -> Clause {
    Clause { id, sentence, source, remedy }
}

/// All clauses, in the order of the contract.
pub const CLAUSES: &[Clause] = &[
    clause(
        "ACC-1",
        S3,
        "mParticle writes either with its own AWS roles, which a bucket policy allows, or with the access key of an IAM user in your account.",
        "Set up a bucket policy and no keys (`policy render bucket`), or give mParticle the access key id and the secret of a user.",
    ),
    clause(
        "ACC-2",
        S3,
        "With role-based access the bucket's name begins with `mp-forwarding-`.",
        "Rename the bucket so that it begins with `mp-forwarding-`, or use an IAM user.",
    ),
    clause(
        "ACC-3",
        HOSTING,
        "The bucket policy lets the two roles of your pod put objects and their ACLs.",
        "Put the policy of `policy render bucket --pod POD` on the bucket; `policy check` finds the faults of the current policy.",
    ),
    clause(
        "ACC-4",
        S3,
        "The IAM user's policy lets it find the bucket, list it, and read and put objects in it.",
        "Give the user the policy of `policy render user`.",
    ),
    clause(
        "ACC-5",
        S3,
        "The published policy templates have known faults; the strict edition fixes them.",
        "Use `policy render --edition strict`; `policy check FILE` explains each fault.",
    ),
    clause(
        "ACC-6",
        S3,
        "Saving a connection writes a verification object with the content `{}`; it is not data.",
        "Leave the object where it is, or delete it, but do not load it; if another program wrote it, give it another name.",
    ),
    clause(
        "ACC-7",
        S3,
        "If an ACL is sent, the bucket's ownership setting accepts it.",
        "Send no ACL, or `bucket-owner-full-control` if the bucket's ownership setting accepts it.",
    ),
    clause(
        "ACC-8",
        S3,
        "The user policy does not allow setting ACLs, so a user-based writer sends none.",
        "Unset `engine.acl`, or give the user s3:PutObjectAcl.",
    ),
    clause(
        "ACC-10",
        S3,
        "A bare key id or an alias in a bucket's default encryption is looked up in the account of the writer: for mParticle's roles only a full key ARN works.",
        "Name the key of the default encryption by its ARN.",
    ),
    clause(
        "SET-1",
        S3,
        "Event types without a setting, and unknown event types, are always forwarded.",
        "Filter only the event types of the setting, and forward all others.",
    ),
    clause(
        "SET-2",
        S3,
        "A missing setting has its documented default, and an unknown setting is an error.",
        "Use the documented default of each missing setting: `settings template` shows all defaults.",
    ),
    clause(
        "SET-3",
        S3,
        "The bundle id and package name are forwarded, unless the whole application_info is removed.",
        "Do not exclude the bundle id and package, or turn include_metadata off.",
    ),
    clause(
        "SET-4",
        S3,
        "The form had three more settings: Include User Identities until 2021-01, Send Profile Change Events until 2023-01, Send Validation Results until 2023-02.",
        "Remove the setting from the file.",
    ),
    clause(
        "folder_name",
        S3,
        "Everything is stored under this folder.",
        "Write to the folder in the settings, without a slash at the beginning or the end.",
    ),
    clause("s3_bucket_name", S3, "Everything is stored in this bucket.", "Write to the bucket in the settings."),
    clause(
        "server_side_encryption_method",
        S3,
        "Every object is stored with this encryption.",
        "Request this encryption with every PutObject, with the key if one is set.",
    ),
    clause(
        "store_data_in_folders_by_date",
        S3,
        "Files are in the date folder that this mode selects.",
        "Take the folder's date from the timestamp that LAY-3 names, in UTC.",
    ),
    clause(
        "unique_id",
        S3,
        "Each batch has this value as its member `unique_id`.",
        "Write the value as the member `unique_id` of each batch.",
    ),
    clause(
        "metadata_field_exclusion",
        S3,
        "The named metadata is removed from the batch.",
        "Remove this metadata from each batch before writing.",
    ),
    clause(
        "send_lifecycle_events",
        S3,
        "Off: no application_state_transition, session_start or session_end is forwarded.",
        "Filter these types when the setting is off, and only then.",
    ),
    clause(
        "send_screen_views",
        S3,
        "Off: no screen_view is forwarded.",
        "Filter this type when the setting is off, and only then.",
    ),
    clause(
        "send_crash_events",
        S3,
        "Off: no crash_report is forwarded.",
        "Filter this type when the setting is off, and only then.",
    ),
    clause(
        "send_network_performance_events",
        S3,
        "Off: no network_performance is forwarded.",
        "Filter this type when the setting is off, and only then.",
    ),
    clause(
        "send_custom_events",
        S3,
        "Off: no custom_event is forwarded.",
        "Filter this type when the setting is off, and only then.",
    ),
    clause(
        "send_push_registrations_and_receipts",
        S3,
        "Off: no push_registration, push_message or push_reaction is forwarded.",
        "Filter these types when the setting is off, and only then.",
    ),
    clause(
        "send_as_batch",
        S3,
        "On: the events of a device are collected and forwarded as one batch.",
        "Collect the events of a device within the window (BAT-1), or write one event per line when the setting is off (BAT-3).",
    ),
    clause(
        "wait_for_complete_batch",
        S3,
        "On: batches of an Android input are held until the session ends.",
        "Hold Android batches until session_end (BAT-2); other platforms follow send_as_batch.",
    ),
    clause(
        "include_location_information",
        S3,
        "Off: `location` is removed from every event.",
        "Remove `location` from the data of every event, including breadcrumbs in crash reports.",
    ),
    clause(
        "send_commerce_events",
        S3,
        "Off: no commerce_event is forwarded.",
        "Filter this type when the setting is off, and only then.",
    ),
    clause(
        "use_compression",
        S3,
        "On: every object is compressed with gzip; off: none is.",
        "Compress each whole object with gzip when the setting is on, and write plain text when it is off.",
    ),
    clause(
        "include_consent_state",
        S3,
        "Off: `consent_state` is removed from the batch.",
        "Remove `consent_state` from the batch when the setting is off.",
    ),
    clause(
        "include_metadata",
        S3,
        "Off: application_info, device_info and source_info are removed from the batch.",
        "Remove the whole application_info, device_info and source_info when the setting is off.",
    ),
    clause(
        "include_user_attribute_change_events",
        S3,
        "Off: no user_attribute_change is forwarded.",
        "Filter this type when the setting is off, and only then.",
    ),
    clause(
        "include_user_identity_change_events",
        S3,
        "Off: no user_identity_change is forwarded.",
        "Filter this type when the setting is off, and only then.",
    ),
    clause(
        "send_batches_without_events",
        S3,
        "Off: a batch without events after filtering is not forwarded.",
        "Drop a batch without events after filtering when the setting is off, and only then.",
    ),
    clause(
        "include_event_batch_location",
        S3,
        "On: context.location is set if possible; off: it is removed from the batch.",
        "Set context.location to the batch's own location, else to the location of its first event with a valid one; remove it when the setting is off.",
    ),
    clause(
        "send_alias_requests",
        S3,
        "Off: no alias_request is forwarded.",
        "Filter this type when the setting is off, and only then.",
    ),
    clause(
        "include_mp_deviceid",
        S3,
        "Off: `mp_deviceid` is removed from the batch.",
        "Remove `mp_deviceid` from the batch when the setting is off, after identifying the device by it.",
    ),
    clause(
        "raw_data_feed",
        S3,
        "On: batches are written in the inbound form, which keeps identities as a map.",
        "Write batches in the inbound form (DTO-2) when the setting is on.",
    ),
    clause(
        "DTO-1",
        REFERENCE,
        "The outbound form has identities as an array, 64-bit integers as strings of digits, and no `ip`.",
        "Write identities as an array of objects and every 64-bit integer as a string of digits, and omit `ip`.",
    ),
    clause(
        "DTO-2",
        HTTP,
        "The inbound form has identities as a map and keeps the spelling of its integers.",
        "Write identities as a map and each integer as received; never mix the two forms.",
    ),
    clause(
        "DTO-3",
        REFERENCE,
        "Readers accept a 64-bit integer as a number or a string, keep unknown fields, and treat null as absent.",
        "Accept both spellings of integers, ignore unknown fields, and treat null as absent.",
    ),
    clause(
        "DTO-4",
        REFERENCE,
        "Numbers keep every digit, text keeps every character, and the order of keys is kept.",
        "Copy values as text unless a setting changes them: parsing numbers as doubles loses digits beyond 2^53, and maps lose the order of keys.",
    ),
    clause(
        "DTO-5",
        REFERENCE,
        "An event is an object with `event_type` and `data`.",
        "Give each event a string `event_type` and an object `data`.",
    ),
    clause(
        "DTO-6",
        REFERENCE,
        "A commerce event is of exactly one kind: product action, promotion action or impressions.",
        "Give a commerce event exactly one of product_action, promotion_action and product_impressions.",
    ),
    clause(
        "DTO-7",
        HTTP,
        "Readers accept the irregular values that real clients send.",
        "Accept it when reading (the default of `validate`); `--strict` reports it.",
    ),
    clause(
        "DTO-8",
        HTTP,
        "`environment` is `development` or `production`; only the strict inbound form requires it.",
        "Send `development` or `production`.",
    ),
    clause(
        "DTO-9",
        OURS,
        "A line is UTF-8 JSON of bounded depth and length, without duplicate keys or lone surrogates.",
        "Write one JSON object per line, in UTF-8, without duplicate keys, nested no deeper than 128; `--max-line-bytes` raises the length.",
    ),
    clause(
        "LIM-1",
        LIMITS,
        "Names, values, batches and requests stay within the documented sizes.",
        "Shorten it at the source; the engine forwards longer values unchanged and flags them.",
    ),
    clause(
        "BAT-1",
        S3,
        "The events of a device within about ten minutes form one batch.",
        "Collect events by device, environment, mpid, app and data plan for the length of the window, and close a batch before it exceeds 128 KiB.",
    ),
    clause(
        "BAT-2",
        S3,
        "With complete batches, an Android batch is a whole session.",
        "Keep a session's events together until session_end; release a session without an end after the configured time.",
    ),
    clause(
        "BAT-3",
        S3,
        "Without batching, each event is forwarded alone: one event per line.",
        "Write one line for each event, and repeat the batch's other members on it.",
    ),
    clause(
        "FILE-1",
        S3,
        "A file is newline-delimited JSON with one batch per line and a newline after every line; it is never empty.",
        "End every line with a newline, including the last one; write no blank line, no byte order mark and no empty object.",
    ),
    clause(
        "FILE-2",
        S3,
        "A compressed object is entirely gzip; readers detect it by the first two bytes.",
        "Compress the whole object, and set no Content-Encoding; detect gzip by the first two bytes, not by the name.",
    ),
    clause(
        "NAME-1",
        S3,
        "A file name has the app, the UTC time in microseconds, and a random number of five digits.",
        "Name files `<App>_<yyyyMMddHHmmss and six digits>_<five digits>.txt`, in UTC at the time when the file closes.",
    ),
    clause(
        "LAY-1",
        S3,
        "If folder_name is set, every object is in that folder.",
        "Put every object in folder_name, including those without a date.",
    ),
    clause(
        "LAY-2",
        S3,
        "Date folders are named `YYYY-MM-DD`.",
        "Name date folders by year, month and day with leading zeros, and put no other folder between folder_name and the file.",
    ),
    clause(
        "LAY-3",
        S3,
        "The mode selects the date of the folder: the first event's time or the upload time.",
        "Compute the date in UTC from the first forwarded event or from the batch's upload time, as the mode selects; without a time, use the base folder.",
    ),
    clause(
        "LAY-4",
        S3,
        "A folder's date and the date in a file's name may differ.",
        "Do not move late data to the day of forwarding.",
    ),
    clause(
        "LAY-5",
        S3,
        "A file that this program writes holds batches of one app and one folder only (U-28).",
        "Group batches by app and folder before a file is built.",
    ),
    clause(
        "SSE-1",
        S3,
        "The configured encryption is requested for every object, and no other encryption.",
        "Send the encryption's headers with every PutObject if a method is set, and no such headers otherwise.",
    ),
    clause(
        "LIM-2",
        LIMITS,
        "A batch has at most 100 user attributes, with bounded names and values.",
        "Set fewer or shorter user attributes at the source.",
    ),
    clause(
        "SEC-6",
        BACKFILL,
        "Quarantined data lists in context.data_plan.block_metadata what was blocked.",
        "Read block_metadata to see what was blocked, fix the data plan or the data, remove batch_id and send the batch again.",
    ),
    clause(
        "EVT-1",
        HTTP,
        "The Events API accepts batches over HTTPS and has no idempotency key: a request that is sent again may be accepted twice.",
        "Give each event an id of its own, such as source_message_id, and remove repeated events by it.",
    ),
    clause(
        DELIVERY,
        OURS,
        "Every received event is written once, or the reason why not is reported; no event is invented.",
        "Compare the ledger (`forward --ledger FILE`) with the bucket: each event is written, filtered, quarantined, unconfirmed or pending, exactly once.",
    ),
];
