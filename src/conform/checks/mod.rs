//! The checks. Each tests one clause, evaluates one case at a time, and reports what it read and found.

mod access;
mod content;
mod definition;
mod delivery;
mod encoding;
mod encryption;
mod layout;
mod naming;
mod schema;
mod unchecked;
mod verification;

pub use definition::{CaseResult, Definition, Snapshot};
pub use unchecked::UNCHECKED;

/// All checks, in the order of a report.
pub const CHECKS: &[Definition] = &[
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
    schema::SCHEMA,
    schema::INPUT_FAULTS,
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
    access::WRITER,
    access::ROLES,
    access::OTHERS,
    access::UNSIGNED,
    access::USER,
    access::TLS,
    access::KEYS,
    access::VERIFICATION,
    access::ACLS,
    access::USER_ACL,
];
