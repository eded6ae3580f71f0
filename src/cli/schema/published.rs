//! What is published: the four schemas of a batch, and one for each file that the program reads or writes otherwise.

use crate::contract::schema::{self, Published, Side};
use crate::forward::{LedgerEntry, Quarantined};
use crate::report::evidence::{BundleReport, Manifest, ObjectEntry};
use crate::report::{
    Badge, ComparisonReport, ConformanceReport, ExplainedBatch, ExplanationReport, ForwardingReport, Line,
};
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
        Published::new("badge", "the verdict of a conformance run, as shields.io takes it", || {
            schema::derived::<Badge>("badge", "Badge", Side::Written, BADGE)
        }),
        Published::new("bundle", "what a check of a bundle of evidence found", || {
            schema::derived::<BundleReport>("bundle", "BundleReport", Side::Written, BUNDLE)
        }),
        Published::new("evidence-manifest", "what a bundle of evidence holds", || {
            schema::derived::<Manifest>("evidence-manifest", "EvidenceManifest", Side::Written, MANIFEST)
        }),
        Published::new("evidence-object", "a line of the list of objects in it", || {
            schema::derived::<ObjectEntry>("evidence-object", "EvidenceObject", Side::Written, EVIDENCE_OBJECT)
        }),
        Published::new("explanation", "the way of events through settings", || {
            schema::derived::<ExplanationReport>("explanation", "ExplanationReport", Side::Written, EXPLANATION)
        }),
        Published::new("explanation-line", "a line of that report's jsonl form", || {
            schema::derived::<ExplainedBatch>("explanation-line", "ExplanationLine", Side::Written, EXPLANATION_LINES)
        }),
        Published::new("comparison", "what two settings make of the same input", || {
            schema::derived::<ComparisonReport>("comparison", "ComparisonReport", Side::Written, COMPARISON)
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
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"subject":"engine","target":"in-process S3","seed":7,"cases":[{"name":"defaults","settings":{},"input_lines":2,"objects":1,"lines":2,"stored_bytes":512,"fates":{"received":3,"written":2,"filtered":{"send_screen_views":1},"quarantined":0,"unconfirmed":0,"pending":0}}],"checks":[{"name":"file-names","clause":"NAME-1","title":"names of objects","status":"pass","seen":"1 object","found":0,"milliseconds":1}],"sizes":{"unit":"bytes","bars":[{"up_to":1024,"count":1},{"count":0}]},"lateness":{"unit":"milliseconds","bars":[{"up_to":60000,"count":2},{"count":0}]},"milliseconds":21}"#,
];

const CONFORMANCE_LINES: &[&str] = &[
    r#"{"kind":"case","name":"defaults","settings":{},"input_lines":2,"objects":1,"lines":2,"stored_bytes":512}"#,
    r#"{"kind":"check","name":"file-names","clause":"NAME-1","title":"names of objects","status":"fail","seen":"1 object","findings":[{"clause":"NAME-1","place":{"object":"exports/batch.txt"},"message":"expected an app name before the first `_`"}],"found":1,"milliseconds":1}"#,
    r#"{"kind":"summary","tool":{"name":"mp-forwarding","version":"0.1.0"},"subject":"engine","target":"in-process S3","seed":7,"ok":false,"milliseconds":21}"#,
];

const BADGE: &[&str] =
    &[r#"{"schemaVersion":1,"label":"S3 export","message":"16 promises kept","color":"brightgreen"}"#];

const BUNDLE: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"bundle":"run.tar.gz","sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","files":4,"verdict":"ok: engine on bucket: 21 passed, 0 failed, 0 skipped, 1 not applicable","problems":[]}"#,
];

const MANIFEST: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"system":"linux x86_64","parts":[{"path":"report.json","bytes":4,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}]}"#,
];

const EVIDENCE_OBJECT: &[&str] = &[
    r#"{"case":"defaults","key":"exports/Shop_20260301000000000000_34523.txt","bytes":512,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#,
];

const EXPLANATION: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"settings":"connection.toml","masked":true,"batches":[{"input":"batches.ndjson","line":12,"events":[{"index":0,"event_type":"custom_event","event_id":"1234","way":"shaped","rule":{"setting":"send_custom_events","clause":"send_custom_events","sentence":"Off: no custom_event is forwarded."},"changes":[{"pointer":"/data/event_id","action":"converted","rule":{"clause":"DTO-1","sentence":"The outbound form has identities as an array, 64-bit integers as strings of digits, and no `ip`."}}],"line":1},{"index":1,"event_type":"alias_request","way":"dropped","rule":{"setting":"send_alias_requests","clause":"send_alias_requests","sentence":"Off: no alias_request is forwarded."}}],"changes":[{"pointer":"/mp_deviceid","action":"removed","rule":{"setting":"include_mp_deviceid","clause":"include_mp_deviceid","sentence":"Off: `mp_deviceid` leaves the batch."}}],"batching":{"setting":"send_as_batch","clause":"BAT-1","sentence":"A device's events of roughly ten minutes make one batch."},"lines":[{"folder":"exports/2026-01-01","folder_rule":{"setting":"store_data_in_folders_by_date","clause":"LAY-3","sentence":"The mode says whether the first event's time or the upload's time gives the date folder."},"app_name":"Tea_Shop","file_line":1,"batches":1,"bytes":120,"text":"{\"environment\":\"production\",\"mpid\":\"***\"}"}]}],"more":false}"#,
];

const EXPLANATION_LINES: &[&str] = &[
    r#"{"input":"batches.ndjson","line":12,"events":[{"index":0,"event_type":"custom_event","event_id":"1234","way":"shaped","rule":{"setting":"send_custom_events","clause":"send_custom_events","sentence":"Off: no custom_event is forwarded."},"changes":[{"pointer":"/data/event_id","action":"converted","rule":{"clause":"DTO-1","sentence":"The outbound form has identities as an array, 64-bit integers as strings of digits, and no `ip`."}}],"line":1},{"index":1,"event_type":"alias_request","way":"dropped","rule":{"setting":"send_alias_requests","clause":"send_alias_requests","sentence":"Off: no alias_request is forwarded."}}],"changes":[{"pointer":"/mp_deviceid","action":"removed","rule":{"setting":"include_mp_deviceid","clause":"include_mp_deviceid","sentence":"Off: `mp_deviceid` leaves the batch."}}],"batching":{"setting":"send_as_batch","clause":"BAT-1","sentence":"A device's events of roughly ten minutes make one batch."},"lines":[{"folder":"exports/2026-01-01","folder_rule":{"setting":"store_data_in_folders_by_date","clause":"LAY-3","sentence":"The mode says whether the first event's time or the upload's time gives the date folder."},"app_name":"Tea_Shop","file_line":1,"batches":1,"bytes":120,"text":"{\"environment\":\"production\",\"mpid\":\"***\"}"}]}"#,
    r#"{"input":"batches.ndjson","line":13,"quarantined":"invalid UTF-8 at byte 7","events":[]}"#,
    r#"{"input":"batches.ndjson","line":14,"dropped_by":{"setting":"send_batches_without_events","clause":"send_batches_without_events","sentence":"Off: a batch that has no events after filtering is not forwarded."},"events":[]}"#,
];

const COMPARISON: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"settings":[{"setting":"use_compression","before":"false","after":"true"}],"before":{"settings":"connection.toml","fates":{"received":3,"written":2,"filtered":{"send_alias_requests":1},"quarantined":0,"unconfirmed":0,"pending":0},"batches":2,"lines":2,"text_bytes":700,"folders":{"exports":{"files":1,"stored_bytes":700}}},"after":{"settings":"other.toml","fates":{"received":3,"written":2,"filtered":{"send_alias_requests":1},"quarantined":0,"unconfirmed":0,"pending":0},"batches":2,"lines":2,"text_bytes":700,"folders":{"exports":{"files":1,"stored_bytes":311}}}}"#,
];

const FORWARDING: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"target":"s3://mp-forwarding-example/exports","fates":{"received":5,"written":2,"filtered":{"send_screen_views":1},"quarantined":1,"unconfirmed":0,"pending":1},"records":4,"files":1,"lines":2,"text_bytes":700,"stored_bytes":311,"pending_files":1,"complete":true,"refusal":{"code":"AccessDenied","status":403,"message":"the target refused the upload: the role may not write there"},"resume_at":{"input":"batches.ndjson","line":4},"milliseconds":35}"#,
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
