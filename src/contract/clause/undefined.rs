//! The register of what the documentation leaves open, with our answers.

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
