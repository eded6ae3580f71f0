//! The checks: each rests on one clause, looks at one case at a time, and says what it saw and what is wrong.

mod access;
mod content;
mod definition;
mod delivery;
mod encoding;
mod encryption;
mod layout;
mod naming;
mod unchecked;
mod verification;

pub use definition::{Evidence, Promise, Verdict};
pub use unchecked::UNCHECKED;

/// Every check, in the order of a report.
pub const PROMISES: &[Promise] = &[
    naming::NAMES,
    naming::TIMES,
    layout::FOLDER,
    layout::DATE_FORM,
    layout::DATE,
    layout::LATE,
    layout::ONE_GROUP,
    encoding::LINES,
    encoding::COMPRESSION,
    encoding::HEADERS,
    encryption::ENCRYPTION,
    verification::OBJECTS,
    content::OUTBOUND,
    content::INBOUND,
    content::TEXT,
    content::SETTINGS,
    content::UNKNOWN_TYPES,
    content::WINDOWS,
    content::SESSIONS,
    content::EVENTS,
    delivery::CONSERVATION,
    delivery::OWN_COUNT,
    access::WAY,
    access::ROLES,
    access::NOBODY_ELSE,
    access::UNSIGNED,
    access::USER,
    access::TLS,
    access::KEYS,
    access::VERIFICATION,
    access::ACLS,
    access::USER_ACL,
];
