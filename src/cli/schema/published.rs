//! All published schemas: four of a batch, and one for each kind of file that the program reads or writes.

use schemars::JsonSchema;

use crate::contract::schema::{self, Published, Side};
use crate::forward::{LedgerEntry, Quarantined};
use crate::report::evidence::{Manifest, ObjectEntry};
use crate::report::model::Report;
use crate::report::summary::{Bundle, Canary, Conformance, Replay};
use crate::report::write::{Badge, Line};
use crate::report::{
    ComparisonReport, ExplainedBatch, ExplanationReport, Faults, ForwardingReport, Policies, Preflight, SelfTest,
    Validation,
};
use crate::settings::SettingsFile;
use crate::validate::PartialDocument;

/// The summaries of all commands.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, clippy::large_enum_variant, reason = "only its schema is used")]
enum AnySummary {
    Validation(Validation),
    Preflight(Preflight),
    Policies(Policies),
    SelfTest(SelfTest),
    Faults(Faults),
    Conformance(Conformance),
    Bundle(Bundle),
    Canary(Canary),
    Replay(Replay),
}

/// The report of a command that has checks: a document, or one of its JSON lines.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum AnyReport {
    Document(Report<AnySummary>),
    Line(Line<AnySummary>),
}

/// The output of `explain`: a document, one of its JSON lines, or a comparison of two settings files.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum AnyExplanation {
    Document(ExplanationReport),
    Line(ExplainedBatch),
    Comparison(ComparisonReport),
}

/// The files of an evidence bundle.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum BundleFile {
    Manifest(Manifest),
    Object(ObjectEntry),
}

/// All published schemas.
pub fn published() -> Vec<Published> {
    let mut all = schema::BATCHES.to_vec();
    all.extend([
        Published::new("settings", "a settings file", || {
            schema::derived::<SettingsFile>("settings", "Settings", Side::Read, SETTINGS)
        }),
        Published::new("report", "the report of a command that has checks, and each of its JSON lines", || {
            let examples = [REPORT, CONFORMANCE, BUNDLE, REPORT_LINES, CONFORMANCE_LINES].concat();
            schema::derived::<AnyReport>("report", "Report", Side::Written, &examples)
        }),
        Published::new("partial", "a partial of `validate --partial`, which is gzip of such a document", || {
            schema::derived::<PartialDocument>("partial", "Partial", Side::Written, PARTIAL)
        }),
        Published::new("badge", "the badge of a report, for shields.io", || {
            schema::derived::<Badge>("badge", "Badge", Side::Written, BADGE)
        }),
        Published::new("bundle", "the manifest and the list of objects in an evidence bundle", || {
            let examples = [MANIFEST, EVIDENCE_OBJECT].concat();
            schema::derived::<BundleFile>("bundle", "Bundle", Side::Written, &examples)
        }),
        Published::new(
            "explanation",
            "the effect of settings on events: `explain`, its JSON lines, and `explain --diff`",
            || {
                let examples = [EXPLANATION, EXPLANATION_LINES, COMPARISON].concat();
                schema::derived::<AnyExplanation>("explanation", "Explanation", Side::Written, &examples)
            },
        ),
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

const REPORT: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0","commit":"c603303270d2"},"command":"validate","target":"export","started_at":"2026-03-01T00:00:00Z","milliseconds":4,"checks":[{"id":"schema","clause":"DTO-8","title":"every line matches the schema","outcome":"fail","seen":"3 lines","milliseconds":1},{"id":"file-names","clause":"NAME-1","title":"names of objects","outcome":"skip","reason":"--names is not given","milliseconds":0}],"findings":[{"check":"schema","clause":"DTO-8","severity":"error","place":"/environment","message":"expected one of \"development\", \"production\", found a string of 4 characters","expected":"one of \"development\", \"production\"","remedy":"write `production` or `development`","count":1,"places":[{"object":"export/Shop_20260301000000000000_34523.txt","line":3,"pointer":"/environment","found":"a string of 4 characters"}]}],"summary":{"schema":"batch","files":2,"verification_objects":1,"lines":3,"wrong_lines":1,"text_bytes":900,"stored_bytes":902,"stopped":false}}"#,
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"command":"conform faults","target":"built-in S3","started_at":"2026-03-01T00:00:00Z","milliseconds":40,"incomplete":"interrupted after 1 of 2 runs","checks":[{"id":"reset-after-may-read","clause":"FWD-1","title":"no event is lost","outcome":"pass","seen":"48 events","milliseconds":40}],"findings":[],"summary":{"subject":"engine","seed":7,"deadline_seconds":4,"runs":[{"check":"reset-after-may-read","fault":"reset-after","may_read":true,"affected":3,"received":48,"present":48,"written":48,"unconfirmed":0,"pending":0,"lost":0,"duplicated":0,"milliseconds":40}]}}"#,
];

const REPORT_LINES: &[&str] = &[
    r#"{"kind":"check","id":"file-order","clause":"U-4","title":"the order of lines in a file","outcome":"open","reason":"the documentation names no order","seen":"in the order of receipt in 12 files","milliseconds":1}"#,
    r#"{"kind":"finding","check":"line-ends","clause":"FILE-1","severity":"error","message":"the line ends with CR LF; every line ends with LF alone","count":1,"places":[{"object":"export/a.txt","line":1}]}"#,
    r#"{"kind":"summary","tool":{"name":"mp-forwarding","version":"0.1.0"},"command":"validate","target":"export","started_at":"2026-03-01T00:00:00Z","milliseconds":1,"ok":false,"unlisted_findings":0,"summary":{"schema":"batch","files":1,"verification_objects":0,"lines":1,"wrong_lines":1,"text_bytes":90,"stored_bytes":90,"stopped":false}}"#,
];

const CONFORMANCE: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"command":"conform","target":"built-in S3","started_at":"2026-03-01T00:00:02Z","milliseconds":21,"checks":[{"id":"file-names","clause":"NAME-1","title":"file names","outcome":"fail","seen":"1 name","failed_cases":["defaults"],"milliseconds":1}],"findings":[{"check":"file-names","clause":"NAME-1","severity":"error","message":"expected a file name of the export, found no number","expected":"a file name of the export","remedy":"Rename the file.","count":1,"places":[{"case":"defaults","object":"exports/batch.txt","found":"no number"}]}],"summary":{"subject":"engine of mp-forwarding 0.1.0","seed":7,"cases":[{"name":"defaults","settings":{},"input_lines":2,"objects":1,"lines":2,"stored_bytes":512,"fates":{"received":3,"written":2,"filtered":{"send_screen_views":1},"quarantined":0,"unconfirmed":0,"pending":0}}]}}"#,
];

const CONFORMANCE_LINES: &[&str] = &[
    r#"{"kind":"check","id":"file-names","clause":"NAME-1","title":"file names","outcome":"fail","seen":"1 name","failed_cases":["defaults"],"milliseconds":1}"#,
    r#"{"kind":"finding","check":"file-names","clause":"NAME-1","severity":"error","message":"expected a file name of the export, found no number","expected":"a file name of the export","remedy":"Rename the file.","count":1,"places":[{"case":"defaults","object":"exports/batch.txt","found":"no number"}]}"#,
    r#"{"kind":"summary","tool":{"name":"mp-forwarding","version":"0.1.0"},"command":"conform","target":"built-in S3","started_at":"2026-03-01T00:00:02Z","milliseconds":21,"ok":false,"unlisted_findings":0,"summary":{"subject":"engine of mp-forwarding 0.1.0","seed":7,"cases":[{"name":"defaults","settings":{},"input_lines":2,"objects":1,"lines":2,"stored_bytes":512,"fates":{"received":3,"written":2,"filtered":{"send_screen_views":1},"quarantined":0,"unconfirmed":0,"pending":0}}]}}"#,
];

const PARTIAL: &[&str] = &[
    r#"{"partial":1,"tool":{"name":"mp-forwarding","version":"0.1.0"},"target":"export","options":{"schema":"batch","limits":false,"names":false,"summary":true,"allow_empty":false,"all_files":false,"max_line_bytes":16777216,"max_expansion":1000,"encrypted":false},"shards":{"of":1,"numbers":[1]},"files":[{"count":1,"hash":"75f4f3723f5828a9"}],"complete":true,"started_at":"2026-03-01T00:00:00Z","milliseconds":196,"stopped":false,"cancelled":false,"counts":{"files":1,"names":0,"verification_objects":0,"vanished":0,"unread":0,"other_dates":0,"undated":0,"lines":2,"blank_lines":0,"wrong_lines":1,"cut_lines":0,"text_bytes":228,"stored_bytes":228,"disagreements":0},"more_errors":0,"faults":{"causes":[{"clause":"DTO-8","place":"/environment","expected":"one of \"development\", \"production\", \"unknown\"","count":1,"places":[{"object":"export/a.txt","line":2,"pointer":"/environment","found":"a string of 4 characters"}]}],"worst_files":{"export/a.txt":1},"more_files":0},"open":{"causes":[],"more_files":0},"alike":[{"content":"c14bf009de212e89","count":1,"first":[["export/a.txt","63884d935e9ef6f8"]]}],"not_compared":0,"stored":{"folders":{"export":[1,228]},"other_folders":[0,0],"sizes":{"unit":"bytes","bars":[{"up_to":1024,"count":1},{"up_to":4096,"count":0},{"up_to":16384,"count":0},{"up_to":65536,"count":0},{"up_to":262144,"count":0},{"up_to":1048576,"count":0},{"up_to":8388608,"count":0},{"up_to":67108864,"count":0},{"up_to":536870912,"count":0},{"count":0}]},"times":{"days":{},"hours":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]},"bytes":{"days":{},"hours":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]},"extremes":[228,228],"hidden_gzip":0},"contents":{"batches":1,"event_types":["custom_event","commerce_event","session_start","session_end","screen_view","uninstall","crash_report","opt_out","first_run","pre_attribution","push_registration","application_state_transition","push_message","push_reaction","network_performance","breadcrumb","profile","user_attribute_change","user_identity_change","validation_result","unknown","alias_request"],"events":[0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],"environments":{"production":1},"apps":{},"other_apps":1,"event_times":[1772323200000,1772323200000],"outliers":0,"delays":{"unit":"milliseconds","bars":[{"up_to":0,"count":0},{"up_to":1000,"count":1},{"up_to":10000,"count":0},{"up_to":60000,"count":0},{"up_to":600000,"count":0},{"up_to":3600000,"count":0},{"up_to":21600000,"count":0},{"up_to":86400000,"count":0},{"up_to":604800000,"count":0},{"up_to":2592000000,"count":0},{"count":0}]},"times":{"days":{"20513":1},"hours":[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]},"longest":204,"batch_ids":{"zeros":0,"hashes":"5692161d100b05e5","files":["export/a.txt"],"first":[[0,1]],"repeated":[]},"event_ids":{"zeros":0,"hashes":"5692161d100b05e5","files":["export/a.txt"],"first":[[0,1]],"repeated":[]}}}"#,
];

const BADGE: &[&str] =
    &[r#"{"schemaVersion":1,"label":"mp-forwarding conform","message":"16 checks passed","color":"brightgreen"}"#];

const BUNDLE: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"command":"conform verify","target":"run.tar.gz","started_at":"2026-03-01T00:00:02Z","milliseconds":2,"checks":[{"id":"hashes","title":"every file has the length and the hash of the manifest","outcome":"pass","seen":"3 files","milliseconds":0}],"findings":[],"summary":{"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","files":4,"verdict":"ok: engine of mp-forwarding 0.1.0 writes to the built-in S3, not to your bucket; 14 cases, 651 objects, 9751 lines"}}"#,
];

const MANIFEST: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"system":"linux x86_64","parts":[{"path":"report.json","bytes":4,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}]}"#,
];

const EVIDENCE_OBJECT: &[&str] = &[
    r#"{"case":"defaults","key":"exports/Shop_20260301000000000000_34523.txt","bytes":512,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#,
];

const EXPLANATION: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"settings":"connection.toml","masked":true,"batches":[{"input":"batches.ndjson","line":12,"events":[{"index":0,"event_type":"custom_event","event_id":"1234","outcome":"shaped","rule":{"setting":"send_custom_events","clause":"send_custom_events","sentence":"Off: no custom_event is forwarded."},"changes":[{"pointer":"/data/event_id","action":"converted","rule":{"clause":"DTO-1","sentence":"The outbound form has identities as an array, 64-bit integers as strings of digits, and no `ip`."}}],"line":1},{"index":1,"event_type":"alias_request","outcome":"dropped","rule":{"setting":"send_alias_requests","clause":"send_alias_requests","sentence":"Off: no alias_request is forwarded."}}],"changes":[{"pointer":"/mp_deviceid","action":"removed","rule":{"setting":"include_mp_deviceid","clause":"include_mp_deviceid","sentence":"Off: `mp_deviceid` leaves the batch."}}],"batching":{"setting":"send_as_batch","clause":"BAT-1","sentence":"A device's events of roughly ten minutes make one batch."},"lines":[{"folder":"exports/2026-01-01","folder_rule":{"setting":"store_data_in_folders_by_date","clause":"LAY-3","sentence":"The mode says whether the first event's time or the upload's time gives the date folder."},"app_name":"Tea_Shop","file_line":1,"batches":1,"bytes":120,"text":"{\"environment\":\"production\",\"mpid\":\"***\"}"}]}],"more":false}"#,
];

const EXPLANATION_LINES: &[&str] = &[
    r#"{"input":"batches.ndjson","line":12,"events":[{"index":0,"event_type":"custom_event","event_id":"1234","outcome":"shaped","rule":{"setting":"send_custom_events","clause":"send_custom_events","sentence":"Off: no custom_event is forwarded."},"changes":[{"pointer":"/data/event_id","action":"converted","rule":{"clause":"DTO-1","sentence":"The outbound form has identities as an array, 64-bit integers as strings of digits, and no `ip`."}}],"line":1},{"index":1,"event_type":"alias_request","outcome":"dropped","rule":{"setting":"send_alias_requests","clause":"send_alias_requests","sentence":"Off: no alias_request is forwarded."}}],"changes":[{"pointer":"/mp_deviceid","action":"removed","rule":{"setting":"include_mp_deviceid","clause":"include_mp_deviceid","sentence":"Off: `mp_deviceid` leaves the batch."}}],"batching":{"setting":"send_as_batch","clause":"BAT-1","sentence":"A device's events of roughly ten minutes make one batch."},"lines":[{"folder":"exports/2026-01-01","folder_rule":{"setting":"store_data_in_folders_by_date","clause":"LAY-3","sentence":"The mode says whether the first event's time or the upload's time gives the date folder."},"app_name":"Tea_Shop","file_line":1,"batches":1,"bytes":120,"text":"{\"environment\":\"production\",\"mpid\":\"***\"}"}]}"#,
    r#"{"input":"batches.ndjson","line":13,"quarantined":"invalid UTF-8 at byte 7","events":[]}"#,
    r#"{"input":"batches.ndjson","line":14,"dropped_by":{"setting":"send_batches_without_events","clause":"send_batches_without_events","sentence":"Off: a batch without events after filtering is not forwarded."},"events":[]}"#,
];

const COMPARISON: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"settings":[{"setting":"use_compression","before":"false","after":"true"}],"before":{"settings":"connection.toml","fates":{"received":3,"written":2,"filtered":{"send_alias_requests":1},"quarantined":0,"unconfirmed":0,"pending":0},"batches":2,"lines":2,"text_bytes":700,"folders":{"exports":{"files":1,"stored_bytes":700}}},"after":{"settings":"other.toml","fates":{"received":3,"written":2,"filtered":{"send_alias_requests":1},"quarantined":0,"unconfirmed":0,"pending":0},"batches":2,"lines":2,"text_bytes":700,"folders":{"exports":{"files":1,"stored_bytes":311}}}}"#,
];

const FORWARDING: &[&str] = &[
    r#"{"tool":{"name":"mp-forwarding","version":"0.1.0"},"target":"s3://mp-forwarding-example/exports","fates":{"received":5,"written":2,"filtered":{"send_screen_views":1},"quarantined":1,"unconfirmed":0,"pending":1},"records":4,"files":1,"lines":2,"text_bytes":700,"stored_bytes":311,"pending_files":1,"complete":true,"refusal":{"code":"AccessDenied","status":403,"message":"the target refused the upload: the role may not write there"},"milliseconds":35}"#,
];

const QUARANTINE: &[&str] = &[
    r#"{"input":"batches.ndjson","line":3,"events":1,"reason":"a name is given twice","content":{"text":"{\"a\":1,\"a\":2}"}}"#,
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
