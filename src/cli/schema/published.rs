//! What is published: the four schemas of a batch, and one for each file that the program reads or writes otherwise.

use crate::contract::schema::{self, Published, Side};
use crate::forward::{LedgerEntry, Quarantined};
use crate::report::{ConformanceReport, ForwardingReport, Line};
use crate::settings::SettingsFile;

/// Every schema that the project publishes.
pub(super) fn published() -> Vec<Published> {
    let mut all = schema::BATCHES.to_vec();
    all.extend([
        Published::new("settings", "a settings file", || {
            schema::derived::<SettingsFile>("settings", "Settings", Side::Read, SETTINGS)
        }),
        Published::new("conformance", "the report of a conformance run", || {
            schema::derived::<ConformanceReport>("conformance", "ConformanceReport", Side::Written, CONFORMANCE)
        }),
        Published::new("conformance-line", "a line of that report's jsonl form", || {
            schema::derived::<Line>("conformance-line", "ConformanceLine", Side::Written, CONFORMANCE_LINES)
        }),
        Published::new("forwarding", "the report of a forwarding run", || {
            schema::derived::<ForwardingReport>("forwarding", "ForwardingReport", Side::Written, FORWARDING)
        }),
        Published::new("quarantine", "a line of a forwarding run's quarantine file", || {
            schema::derived::<Quarantined>("quarantine", "Quarantined", Side::Written, QUARANTINE)
        }),
        Published::new("ledger-entry", "a line of a forwarding run's ledger file", || {
            schema::derived::<LedgerEntry<'static>>("ledger-entry", "LedgerEntry", Side::Written, LEDGER)
        }),
    ]);
    all
}

const SETTINGS: &[&str] = &[
    r#"{"configuration":{"aws_region":"eu-central-1"},"connection":{"s3_bucket_name":"mp-forwarding-example","store_data_in_folders_by_date":"event_time"}}"#,
];

const CONFORMANCE: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"subject":"engine","target":"in-process S3","seed":7,"cases":[{"name":"defaults","settings":{},"input_lines":2,"objects":1,"lines":2,"stored_bytes":512,"fates":{"received":3,"written":2,"filtered":{"send_screen_views":1},"quarantined":0,"unconfirmed":0,"pending":0}}],"checks":[{"clause":"NAME-1","title":"names of objects","status":"pass","seen":"1 object","found":0,"milliseconds":1}],"milliseconds":21}"#,
];

const CONFORMANCE_LINES: &[&str] = &[
    r#"{"kind":"case","name":"defaults","settings":{},"input_lines":2,"objects":1,"lines":2,"stored_bytes":512}"#,
    r#"{"kind":"check","clause":"NAME-1","title":"names of objects","status":"fail","seen":"1 object","findings":[{"clause":"NAME-1","place":{"object":"exports/batch.txt"},"message":"expected an app name before the first `_`"}],"found":1,"milliseconds":1}"#,
    r#"{"kind":"summary","tool":{"name":"mp-forwarding","version":"0.1.0"},"subject":"engine","target":"in-process S3","seed":7,"ok":false,"milliseconds":21}"#,
];

const FORWARDING: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"target":"s3://mp-forwarding-example/exports","fates":{"received":5,"written":2,"filtered":{"send_screen_views":1},"quarantined":1,"unconfirmed":0,"pending":1},"records":4,"files":1,"lines":2,"text_bytes":700,"stored_bytes":311,"pending_files":1,"refusal":{"code":"AccessDenied","status":403,"message":"the target refused the upload: the role may not write there"},"resume_at":{"input":"batches.ndjson","line":4},"milliseconds":35}"#,
];

const QUARANTINE: &[&str] = &[
    r#"{"input":"batches.ndjson","line":3,"event":1,"events":1,"reason":"no event_type","content":{"text":"{\"data\":{}}"}}"#,
    r#"{"input":"batches.ndjson","line":5,"events":1,"reason":"not UTF-8","content":{"hex":"7bff"}}"#,
    r#"{"input":"batches.ndjson","line":9,"events":1,"reason":"longer than the limit","content":{"oversize":{"offset":4096,"length":20000000}}}"#,
];

const LEDGER: &[&str] = &[
    r#"{"entry":"begun","version":"0.1.0","at":"2026-03-01T00:00:00Z"}"#,
    r#"{"entry":"written","input":"batches.ndjson","line":3,"events":[[0,1],[4,4]],"count":3,"object":"exports/Shop_20260301000000000000_34523.txt","object_line":7,"flags":["closed_by_size"]}"#,
    r#"{"entry":"filtered","input":"batches.ndjson","line":3,"events":[[2,3]],"count":2,"setting":"send_screen_views"}"#,
    r#"{"entry":"quarantined","input":"batches.ndjson","line":5,"events":[],"count":1,"reason":"not UTF-8"}"#,
    r#"{"entry":"pending","input":"batches.ndjson","line":9,"count":4}"#,
    r#"{"entry":"removed","input":"batches.ndjson","line":3,"setting":"include_metadata","nodes":3}"#,
    r#"{"entry":"flagged","input":"batches.ndjson","line":3,"events":[[1,1]],"flag":"timestamp_in_future"}"#,
];
