//! The clauses themselves.

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

/// Every clause, in the order of the contract.
pub const CLAUSES: &[Clause] = &[
    clause(
        "ACC-1",
        S3,
        "mParticle writes either by its own AWS roles, which a bucket policy grants, or by the access key of an IAM user of yours.",
        "Give mParticle either no keys and a bucket policy (`policy render bucket`), or both halves of a user's key.",
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
        "Put the policy of `policy render bucket --pod POD` on the bucket; `policy check` says what is wrong with the one there.",
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
        "The published policy templates have known faults, which a strict edition mends.",
        "Use `policy render --edition strict`; `policy check FILE` explains each fault.",
    ),
    clause(
        "ACC-6",
        S3,
        "Saving a connection writes a verification object that holds `{}`; it is no data.",
        "Leave the object where it is, or delete it, but do not load it; if another program wrote it, give it another name.",
    ),
    clause(
        "ACC-7",
        S3,
        "An ACL, where one is sent, is one that the bucket's ownership setting accepts.",
        "Send no ACL, or `bucket-owner-full-control` where the bucket's ownership setting takes it.",
    ),
    clause(
        "ACC-8",
        S3,
        "The user policy grants no right to set ACLs, so a user-based writer sends none.",
        "Unset `engine.acl`, or give the user s3:PutObjectAcl.",
    ),
    clause(
        "SET-1",
        S3,
        "Event types that no setting names, and types not known here, are always forwarded.",
        "Let a filter keep back only the types that its setting names, and pass on all others.",
    ),
    clause(
        "SET-2",
        S3,
        "A setting that is absent has its documented default, and an unknown setting is an error.",
        "Hold each absent setting at its documented default: `settings template` shows all of them.",
    ),
    clause(
        "SET-3",
        S3,
        "The bundle id and package name are forwarded, unless application_info is removed as a whole.",
        "Exclude other metadata than the bundle id and package, or switch include_metadata off.",
    ),
    clause(
        "folder_name",
        S3,
        "Everything is stored under this folder.",
        "Write below the folder that the settings name, without a slash at either end.",
    ),
    clause("s3_bucket_name", S3, "Everything is stored in this bucket.", "Write to the bucket that the settings name."),
    clause(
        "server_side_encryption_method",
        S3,
        "Every object is stored with this encryption.",
        "Ask for this encryption on every PutObject, with the key where one is set.",
    ),
    clause(
        "store_data_in_folders_by_date",
        S3,
        "Files lie in the date folder that this mode demands.",
        "Take the folder's date from where LAY-3 says, in UTC.",
    ),
    clause(
        "unique_id",
        S3,
        "This value stands as `unique_id` at the top of each batch.",
        "Write the value as `unique_id` at the top of each batch.",
    ),
    clause(
        "metadata_field_exclusion",
        S3,
        "The named metadata leave the batch.",
        "Remove the named metadata from each batch before it is written.",
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
        "On: a device's events are gathered and forwarded as one batch.",
        "Gather what a device sends within the window (BAT-1), or write one event a line when the setting is off (BAT-3).",
    ),
    clause(
        "wait_for_complete_batch",
        S3,
        "On: a batch of an Android input is held until its session has ended.",
        "Hold an Android batch until session_end has come (BAT-2); other platforms follow send_as_batch.",
    ),
    clause(
        "include_location_information",
        S3,
        "Off: `location` leaves every event.",
        "Remove `location` from the data of every event, breadcrumbs of crash reports included.",
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
        "On: every object is gzip; off: none is.",
        "Write each object as gzip as a whole when the setting is on, and as plain text when it is off.",
    ),
    clause(
        "include_consent_state",
        S3,
        "Off: `consent_state` leaves the batch.",
        "Remove `consent_state` from the batch when the setting is off.",
    ),
    clause(
        "include_metadata",
        S3,
        "Off: application_info, device_info and source_info leave the batch.",
        "Remove application_info, device_info and source_info as a whole when the setting is off.",
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
        "Off: a batch that has no events after filtering is not forwarded.",
        "Drop a batch that has no events left after filtering when the setting is off, and only then.",
    ),
    clause(
        "include_event_batch_location",
        S3,
        "On: context.location is set whenever possible; off: it leaves the batch.",
        "Set context.location to the batch's own location, else to that of its first event with a valid one; remove it when the setting is off.",
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
        "Off: `mp_deviceid` leaves the batch.",
        "Remove `mp_deviceid` from the batch when the setting is off, after the device was told by it.",
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
        "Write identities as an array of objects and every 64-bit integer as a string of digits, and leave `ip` out.",
    ),
    clause(
        "DTO-2",
        HTTP,
        "The inbound form has identities as a map and keeps the spelling of its integers.",
        "Write identities as a map and each integer as it came in; never mix the two forms.",
    ),
    clause(
        "DTO-3",
        REFERENCE,
        "Readers take a 64-bit integer as number or string, keep unknown fields, and read null as absent.",
        "Read both spellings of integers, pass over unknown fields, and treat null as absent.",
    ),
    clause(
        "DTO-4",
        REFERENCE,
        "Numbers keep every digit, text keeps every character, and the order of keys is kept.",
        "Copy what no setting names as text: parsing numbers to doubles loses digits past 2^53, and maps lose the order of keys.",
    ),
    clause(
        "DTO-5",
        REFERENCE,
        "An event is an object of `event_type` and `data`.",
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
        "Readers live with the oddities that real clients send.",
        "Accept it when reading (the default of `validate`); `--strict` is for those who want to hear of it.",
    ),
    clause("DTO-8", HTTP, "`environment` is `development` or `production`.", "Send `development` or `production`."),
    clause(
        "DTO-9",
        OURS,
        "A line is UTF-8 JSON of bounded depth and length, without duplicate keys or lone surrogates.",
        "Write one JSON object a line, in UTF-8, without duplicate keys, nested no deeper than 128; `--max-line-bytes` raises the length.",
    ),
    clause(
        "LIM-1",
        LIMITS,
        "Names, values, batches and requests keep within documented sizes.",
        "Shorten it at the source; the engine forwards what is too long as it is, and flags it.",
    ),
    clause(
        "BAT-1",
        S3,
        "A device's events of roughly ten minutes make one batch.",
        "Gather by device, environment, mpid, app and data plan for the window's length, and close a batch before it passes 128 KiB.",
    ),
    clause(
        "BAT-2",
        S3,
        "With complete batches asked for, an Android batch is a whole session.",
        "Keep a session's events together until session_end; release a session that never ends after the set time.",
    ),
    clause(
        "BAT-3",
        S3,
        "Without batching each event is forwarded on its own: one line an event.",
        "Write a line for each event, and repeat the batch's own nodes on it.",
    ),
    clause(
        "FILE-1",
        S3,
        "A file is newline-delimited JSON, one batch a line, never empty, with a newline after the last line too.",
        "End every line with a newline, the last one too; write no blank line, no byte order mark and no empty object.",
    ),
    clause(
        "FILE-2",
        S3,
        "A compressed object is gzip as a whole; readers look at the first two bytes.",
        "Compress the whole object, and set no Content-Encoding; read by the first two bytes, not by the name.",
    ),
    clause(
        "NAME-1",
        S3,
        "A file is named by app, UTC time to the microsecond, and a random number of five digits.",
        "Name files `<App>_<yyyyMMddHHmmss and six digits>_<five digits>.txt`, in UTC at the time when the file closes.",
    ),
    clause(
        "LAY-1",
        S3,
        "With folder_name set, everything lies under it.",
        "Put every object under folder_name, also those without a date.",
    ),
    clause(
        "LAY-2",
        S3,
        "Date folders are named `YYYY-MM-DD`.",
        "Name date folders by year, month and day with leading zeros, and put nothing else between the folder and the file.",
    ),
    clause(
        "LAY-3",
        S3,
        "The mode says whether the first event's time or the upload's time gives the date folder.",
        "Work out the date in UTC from the first event as forwarded, or from the batch's upload time, as the mode says; without a time it is the base folder.",
    ),
    clause(
        "LAY-4",
        S3,
        "A folder's date and the date in a file's name may differ.",
        "Do not move late data to the day on which it is forwarded.",
    ),
    clause(
        "LAY-5",
        S3,
        "A file holds batches of one app and one folder only.",
        "Group batches by app and folder before a file is built.",
    ),
    clause(
        "SSE-1",
        S3,
        "The chosen encryption is asked for on every object, and on nothing else.",
        "Send the encryption's headers with every PutObject when a method is set, and none otherwise.",
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
        "Quarantined data says in context.data_plan.block_metadata what was blocked.",
        "Read block_metadata to see what was blocked, mend the data plan or the data, drop batch_id and send it again.",
    ),
    clause(
        DELIVERY,
        OURS,
        "Every received event is written once, or it is known why it was not; nothing is invented.",
        "Compare the ledger (`forward --ledger FILE`) with the bucket: each event is written, filtered, quarantined, unconfirmed or pending, and only once.",
    ),
];
