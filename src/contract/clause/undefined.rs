//! The questions that the documentation leaves open, and the choices of this project.

/// A question that the documentation leaves open, and the choice of this project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undefined {
    /// The id, for instance `U-1`.
    pub id: &'static str,
    /// The question.
    pub question: &'static str,
    /// The choice.
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

/// All open questions, in the order of their numbers.
pub const UNDEFINED: &[Undefined] = &[
    open(
        "U-1",
        None,
        "Where is the verification object, and which time zone does its name use?",
        "At the bucket's root, in UTC; readers also recognise it anywhere in the folder.",
    ),
    open(
        "U-2",
        Some("acl"),
        "Does mParticle send an ACL with its objects?",
        "The engine sends none, and can send bucket-owner-full-control.",
    ),
    open("U-3", None, "Which values does the encryption method have?", "None, AES256, aws:kms and aws:kms:dsse."),
    open(
        "U-4",
        None,
        "Which metadata can be excluded besides device name and IP address?",
        "Also JSON Pointers into application_info, device_info and source_info.",
    ),
    open(
        "U-5",
        Some("send_batches_without_events"),
        "Is a batch without events recognised before or after filtering?",
        "After; a batch that was received empty counts too.",
    ),
    open(
        "U-6",
        None,
        "What happens to event types without a setting?",
        "They are always forwarded, and so are unknown types.",
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
        "How is an alias request exported?",
        "As an event of type alias_request; the format of the identity API is accepted too.",
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
        "When is a session without an end released?",
        "After 24 hours, with a flag.",
    ),
    open(
        "U-11",
        None,
        "Which encoding and line endings do files have?",
        "Ours: UTF-8 without a byte order mark, a newline after every line, no blank line, no empty object. In exports of others all but the mark is open.",
    ),
    open(
        "U-12",
        Some("gzip_suffix"),
        "Does the name of a compressed file differ?",
        "No, it ends in .txt; an option adds .gz. No Content-Encoding is set.",
    ),
    open(
        "U-13",
        Some("app_name"),
        "What is the range of the random number, when is the time taken, and what if the app name is unsafe or missing?",
        "From 10000 to 99999, when the file closes; slashes and control characters become `-`, and a missing name becomes `unknown`.",
    ),
    open("U-14", None, "Which time zone do date folders use?", "UTC."),
    open(
        "U-15",
        None,
        "In which folder is a batch whose first event has no timestamp, by first event or by upload time?",
        "In the folder of its upload time.",
    ),
    open(
        "U-16",
        None,
        "What does forwarding add to a batch?",
        "It converts identities, 64-bit integers and ip, sets schema_version and timestamp_unixtime_ms, and adds nothing else.",
    ),
    open(
        "U-17",
        None,
        "How are batches merged?",
        "The last received value wins, maps are merged key by key, and only batches with the same app, data plan, environment and mpid are merged.",
    ),
    open(
        "U-18",
        None,
        "Are device, session and app name taken before or after filtering?",
        "As received, before filtering; ip leaves the outbound form after it (see U-31).",
    ),
    open(
        "U-19",
        None,
        "How are batches written in a raw data feed?",
        "Integers keep their spelling and an identities array becomes a map; a batch with two identities of one type is quarantined.",
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
        "What is a valid location, and do breadcrumbs in a crash report keep their location?",
        "Numeric latitude and longitude in range, of an event that is not filtered; breadcrumbs are treated like events.",
    ),
    open(
        "U-22",
        None,
        "What is an Android input, and what identifies a session?",
        "device_info.platform, else application_info.os; session_uuid, else session_id.",
    ),
    open(
        "U-23",
        None,
        "Which fields does an outbound identity have?",
        "identity_type and identity; the timestamp is optional and omitted when unknown.",
    ),
    open(
        "U-24",
        None,
        "Which settings are required, and how are displayed names read?",
        "The bucket and the folder mode; displayed names are matched without regard to case, and an empty string means unset.",
    ),
    open(
        "U-25",
        None,
        "What is the format of a whole key, and which folder has files with an impossible date?",
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
        "From an engine option; without it, from the account's default key.",
    ),
    open(
        "U-28",
        None,
        "Do this project's own promises bind exports of others?",
        "No: one app a file, no empty file, no file or event twice are kept by our writer, and open in exports of others.",
    ),
    open(
        "U-29",
        None,
        "How wide are event numbers, byte counts and time zones, and may names be integers?",
        "Readers take 64 bits as number or string, a time zone with a fraction, and integers for names; event_num is written as it came.",
    ),
    open(
        "U-30",
        None,
        "What of a 64-bit integer that is spelled with a fraction or an exponent?",
        "If it is integral and at most 2^53 its exact digits are written, as a string; past 2^53 its digits are a guess: it stays as it came, and is wrong in every form.",
    ),
    open(
        "U-31",
        Some("keep_ip"),
        "Is the IP address in the outbound form?",
        "No, unless the option keeps it; in exports of others it is open unless it is excluded.",
    ),
    open(
        "U-32",
        None,
        "What of several sessions in one batch?",
        "Each event goes to the session that it names, and an end closes its own; Android events that name none follow send_as_batch.",
    ),
    open(
        "U-33",
        None,
        "Which location does the batch get where a batch makes several lines?",
        "Each line the batch's own, else that of its own events, else none.",
    ),
    open("U-34", None, "What of blanks at the ends of a text?", "They are refused; a text of blanks alone is unset."),
];
