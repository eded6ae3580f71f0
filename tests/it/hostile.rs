//! Batches that no client should send. Engine and tester must agree on them too.
//!
//! Every line is admissible JSON (DTO-9), but almost every member can have an invalid value.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use mp_forwarding::ndjson;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use crate::each_setting::settings;
use crate::support::bucket::forward;
use crate::support::program::{program, text};

const LINES: usize = 60;

const INTEGERS: &[&str] = &[
    "0",
    "-1",
    "1",
    "9007199254740993",
    "-9223372036854775808",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "1.0",
    "1e3",
    "1.5",
    "-0",
    "0.1e1",
    "1.606896432E+12",
    "-5.28e+18",
    "9007199254740992.0",
    "9007199254740993.0",
    "1.00000000000000000001",
    "-0.0",
    r#""5""#,
    r#""-5""#,
    r#""+5""#,
    r#"" 5""#,
    r#""05""#,
    r#""""#,
    r#""abc""#,
    r#""1.0""#,
    "null",
    "true",
    "[1]",
    "{}",
];
const JUNK: &[&str] = &[
    "null",
    "true",
    "1",
    r#""x""#,
    "[]",
    "{}",
    "[null]",
    r#"{"location":null}"#,
    "[[1]]",
    "1.50",
    r#"{"a":"\u0000😀"}"#,
];
const TYPES: &[&str] = &[
    "custom_event",
    "screen_view",
    "session_start",
    "session_end",
    "crash_report",
    "profile",
    "commerce_event",
    "user_identity_change",
    "user_attribute_change",
    "alias_request",
    "push_message",
    "breadcrumb",
    "made_up",
    "",
];

struct Hostile(ChaCha8Rng);

impl Hostile {
    fn chance(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.0.random_range(0..choices.len())]
    }

    fn integer(&mut self) -> String {
        self.pick(INTEGERS).to_owned()
    }

    fn junk(&mut self) -> String {
        self.pick(JUNK).to_owned()
    }

    fn junk_or(&mut self, percent: u32, otherwise: impl FnOnce(&mut Self) -> String) -> String {
        if self.chance(percent) { self.junk() } else { otherwise(self) }
    }

    fn time(&mut self) -> String {
        let near = 1_767_225_600_000_u64 + self.0.random_range(0..1_300_000);
        let far = 1_767_225_600_000_u64 + self.0.random_range(0..3 * 86_400_000);
        match self.0.random_range(0..10) {
            0 => self.integer(),
            1 => format!("\"{near}\""),
            2 | 3 => far.to_string(),
            _ => near.to_string(),
        }
    }

    fn text(&mut self, text: &str) -> String {
        let mut out = String::from('"');
        for character in text.chars() {
            if character.is_ascii_lowercase() && self.chance(2) {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            } else {
                out.push(character);
            }
        }
        out + "\""
    }

    /// An object with some of these members, in any order.
    fn object(&mut self, percent: u32, mut members: Vec<(&str, String)>) -> String {
        let mut parts = Vec::new();
        while !members.is_empty() {
            let (name, value) = members.swap_remove(self.0.random_range(0..members.len()));
            if self.chance(percent) {
                let space = if self.chance(10) { " " } else { "" };
                parts.push(format!("{space}{}{space}:{space}{value}", self.text(name)));
            }
        }
        format!("{{{}}}", parts.join(","))
    }

    fn list(&mut self, most: usize, mut element: impl FnMut(&mut Self) -> String) -> String {
        let count = self.0.random_range(0..=most);
        let elements: Vec<_> = (0..count).map(|_| element(self)).collect();
        format!("[{}]", elements.join(","))
    }

    fn location(&mut self) -> String {
        let latitude = self.pick(&["1", "1.5", "91", r#""1""#, "-90", "9e1", "90.0000000000000001", "null"]).to_owned();
        let longitude = self.pick(&["180", "-180.0", "181", "null", "0"]).to_owned();
        self.junk_or(20, |dice| {
            dice.object(90, vec![("latitude", latitude), ("longitude", longitude), ("accuracy", "1.50".into())])
        })
    }

    fn products(&mut self) -> String {
        let product = format!(r#"{{"added_to_cart_time_ms":{}}}"#, self.integer());
        let other = self.junk();
        self.junk_or(20, |_| format!(r#"{{"products":[{product},{other}]}}"#))
    }

    fn data(&mut self, event_type: &str) -> String {
        let session_id = self.pick(&["1", "2", r#""1""#, "0", r#""0""#, "null", r#""""#, "1.0"]).to_owned();
        let session_uuid = self.pick(&[r#""s""#, r#""S""#, r#""0000-00""#, "null", "5"]).to_owned();
        let mut members = vec![
            ("timestamp_unixtime_ms", self.time()),
            ("event_id", self.0.random_range(0..1_000_000_000).to_string()),
            ("session_id", session_id),
            ("session_uuid", session_uuid),
            ("session_start_unixtime_ms", self.integer()),
            ("location", self.location()),
            ("custom_attributes", self.junk()),
            ("device_current_state", format!(r#"{{"time_since_start_ms":{}}}"#, self.integer())),
            ("made_up", self.junk()),
        ];
        match event_type {
            "crash_report" => {
                let location = self.location();
                let crumb = format!(
                    r#"{{"location":{location},"data":{{"location":{location},"event_id":{}}}}}"#,
                    self.integer()
                );
                let other = self.junk();
                members.push(("breadcrumbs", self.junk_or(20, |_| format!(r#"["text",{crumb},{other}]"#))));
                members.push(("ios_image_size", self.integer()));
            }
            "commerce_event" => {
                members.push(("product_action", self.products()));
                let impressions = self.products();
                members.push(("product_impressions", self.junk_or(20, |_| format!("[{impressions}]"))));
            }
            "user_identity_change" => {
                members.push(("new", format!(r#"{{"timestamp_unixtime_ms":{}}}"#, self.integer())))
            }
            "alias_request" | "profile" => {
                members.push(("source_mpid", self.integer()));
                members.push(("current_mpid", self.integer()));
            }
            _ => {}
        }
        self.junk_or(4, |dice| dice.object(45, members))
    }

    fn event(&mut self) -> String {
        let event_type = self.pick(TYPES);
        let data = self.data(event_type);
        let name = if self.chance(6) { self.pick(&["null", "5"]).to_owned() } else { self.text(event_type) };
        let mut members = vec![("event_type", name), ("data", data)];
        if self.chance(8) {
            members.push(("request_type", self.pick(&[r#""alias""#, r#""Alias""#, "null", "1"]).to_owned()));
        }
        self.junk_or(4, |dice| dice.object(96, members))
    }

    fn identities(&mut self) -> String {
        const VALUES: &[&str] = &[r#""a""#, r#""""#, "null", "5", "true", r#"{"z":1}"#, "1.50"];
        if self.chance(50) {
            let names = ["email", "customerid", "customer_id", "other", r#"é\"x"#];
            let members = names.map(|name| (name, self.pick(VALUES).to_owned()));
            return self.object(40, members.to_vec());
        }
        let list = self.list(3, |dice| {
            let kind = dice.pick(&[r#""email""#, r#""customerid""#, r#""customer_id""#, "1", r#""1""#, "null", "[1]"]);
            let members = vec![
                ("identity_type", kind.to_owned()),
                ("identity", dice.pick(VALUES).to_owned()),
                ("timestamp_unixtime_ms", dice.integer()),
                ("new", "1".to_owned()),
            ];
            dice.junk_or(10, |dice| dice.object(80, members))
        });
        self.junk_or(10, |_| list)
    }

    fn batch(&mut self) -> String {
        let id = ["1", r#""1""#, "2", "0", r#""0""#, r#""""#, r#""00""#, "null", "1.0", "-0"];
        let one = |dice: &mut Self, choices: &[&str]| dice.pick(choices).to_owned();
        let plan = format!(
            r#"{{"data_plan":{{"plan_id":{},"plan_version":{}}}}}"#,
            one(self, &[r#""p""#, r#""q""#, "1"]),
            one(self, &["1", r#""1""#, "null", "1.0"])
        );
        let located = format!(r#"{{"location":{}}}"#, self.location());
        let application_info = vec![
            ("application_name", one(self, &[r#""A""#, r#""B_1""#, r#""a/b""#, r#""""#, "null", "5"])),
            ("os", one(self, &[r#""Android""#, r#""iOS""#, "null", "5"])),
            ("package", one(self, &[r#""p""#, "null", "5"])),
        ];
        let device_info = vec![
            ("platform", one(self, &[r#""Android""#, r#""ANDROID""#, r#""iOS""#, "null", "5"])),
            ("device", r#""Jane""#.to_owned()),
            ("ios_idfv", one(self, &[r#""x""#, r#""""#, "null", "0"])),
            ("att_timestamp_unixtime_ms", self.integer()),
        ];
        let attributes = vec![("a", self.junk()), ("b", self.junk()), ("1", "null".to_owned())];
        let consent = format!(
            r#"{{"gdpr":{{"a":{{"timestamp_unixtime_ms":{}}}}},"ccpa":{{"data_sale_opt_out":{{"timestamp_unixtime_ms":{}}}}}}}"#,
            self.integer(),
            self.integer()
        );
        let members = vec![
            (
                "environment",
                one(self, &[r#""production""#, r#""development""#, r#""unknown""#, r#""staging""#, "null"]),
            ),
            ("mpid", if self.chance(70) { "1".to_owned() } else { one(self, &id) }),
            ("mp_deviceid", one(self, &[r#""a""#, r#""a""#, r#""b""#, r#""""#, r#""000-0""#, "null", "5", "[1]"])),
            ("timestamp_unixtime_ms", self.time()),
            ("user_identities", self.identities()),
            ("ip", one(self, &[r#""192.0.2.4""#, "null"])),
            ("user_attributes", self.junk_or(20, |dice| dice.object(60, attributes))),
            (
                "deleted_user_attributes",
                self.junk_or(20, |dice| {
                    dice.list(3, |dice| dice.pick(&[r#""a""#, r#""1""#, "1", "null", "true"]).to_owned())
                }),
            ),
            ("integration_attributes", one(self, &[r#"{"1":{"a":1}}"#, r#"{"2":null}"#, r#""x""#])),
            ("context", self.junk_or(20, |dice| if dice.chance(50) { plan } else { located })),
            ("application_info", self.junk_or(20, |dice| dice.object(70, application_info))),
            ("device_info", self.junk_or(20, |dice| dice.object(70, device_info))),
            ("source_info", self.junk()),
            ("consent_state", self.junk_or(20, |_| consent)),
            ("schema_version", one(self, &["2", "1", "null", r#""2""#])),
            ("batch_id", self.integer()),
            ("unique_id", one(self, &[r#""u""#, "null", "5"])),
            ("origin_mpid", self.integer()),
            ("made_up", self.junk()),
        ];
        let events = self.junk_or(10, |dice| dice.list(4, Self::event));
        let batch = self.object(70, [members, vec![("events", events)]].concat());
        if self.chance(2) { self.junk() } else { batch }
    }
}

/// How often each fault of a line was found: by place, and by what was expected there.
type Faults = BTreeMap<(String, String), u64>;

/// The faults of lines in a report, which these checks found.
fn faults(report: &Value, checks: &[&str]) -> Faults {
    let mut faults = Faults::new();
    let findings = report["findings"].as_array().unwrap().iter();
    for finding in findings.filter(|finding| checks.contains(&finding["check"].as_str().unwrap())) {
        let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        *faults.entry((text("place"), text("expected"))).or_default() += finding["count"].as_u64().unwrap();
    }
    assert!(report.get("unlisted_findings").is_none(), "every finding is listed");
    faults
}

fn json_of(command: &mut Command) -> (Option<i32>, Value) {
    let output = command.args(["--quiet", "--format", "json"]).output().unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output)));
    (output.status.code(), report)
}

/// What is wrong with a line that was written was wrong in the input, and `validate` finds exactly the same in the objects.
#[test]
fn engine_conform_and_validate_agree_on_batches_that_no_client_should_send() {
    for seed in 1..=4 {
        let folder = tempfile::tempdir().unwrap();
        let mut dice = Hostile(ChaCha8Rng::seed_from_u64(seed));
        let lines: String = (0..LINES).map(|_| dice.batch() + "\n").collect();
        let (input, kept) = (folder.path().join("hostile.ndjson"), folder.path().join("kept"));
        fs::write(&input, &lines).unwrap();
        let (code, report) = json_of(program().args(["conform", "--input"]).arg(&input).arg("--keep").arg(&kept));
        let failed = report["checks"].as_array().unwrap().iter().filter(|check| check["outcome"] == "fail");
        let failed: Vec<_> = failed.map(|check| check["id"].as_str().unwrap()).collect();
        assert_eq!((failed, code), (vec!["input-faults"], Some(1)), "seed {seed}: {}\n{lines}", report["findings"]);

        let mut validated = Faults::new();
        for (form, is_meant) in [("raw", true), ("outbound", false)] {
            let buckets = fs::read_dir(&kept).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
            let buckets = buckets.filter(|path| path.ends_with("mp-forwarding-raw-data-feed") == is_meant);
            let (_, report) = json_of(program().args(["validate", "--form", form]).args(buckets));
            // Without settings, `settings` has the faults whose clause is that of a setting.
            for (fault, count) in faults(&report, &["schema", "settings"]) {
                *validated.entry(fault).or_default() += count;
            }
        }
        assert_eq!(faults(&report, &["schema", "input-faults"]), validated, "seed {seed}");
        assert!(validated.len() > 20, "seed {seed}: {validated:?}");
    }
}

/// A line is quarantined if it is not admissible (DTO-9). A raw feed also quarantines identities that make no map (U-19).
#[test]
fn the_engine_quarantines_what_is_not_admissible_and_nothing_else() {
    let mut dice = Hostile(ChaCha8Rng::seed_from_u64(5));
    let mut lines: Vec<String> = (0..4 * LINES).map(|_| dice.batch()).collect();
    let spoiled =
        |line: &String| [line[1..].to_owned(), line.replace('{', "{\"a\":1,\"a\":2,"), line.replace(':', ":1e400,")];
    lines.extend(lines[..LINES].iter().flat_map(spoiled).collect::<Vec<_>>());
    lines.retain(|line| !line.trim().is_empty());
    for (is_raw, more) in [(false, ""), (true, "raw_data_feed = true")] {
        let forwarded = forward(&settings(more), &(lines.join("\n") + "\n"));
        let is_refused = |line: &&String| {
            ndjson::check(line.as_bytes()).is_err() || is_raw && !makes_a_map(&serde_json::from_str(line).unwrap())
        };
        let (refused, passed): (Vec<_>, Vec<_>) = lines.iter().partition(is_refused);
        let events = |line: &&String| {
            let batch: Value = serde_json::from_str(line).unwrap_or_default();
            batch["events"].as_array().map_or(1, |events| events.len().max(1)) as u64
        };
        let fates = &forwarded.summary.fates;
        let weight = |line: &&String| if ndjson::check(line.as_bytes()).is_ok() { events(line) } else { 1 };
        assert_eq!(fates.quarantined, refused.iter().map(weight).sum::<u64>(), "{more}");
        assert_eq!(fates.received - fates.quarantined, passed.iter().map(events).sum::<u64>(), "{more}");
        assert!(refused.len() > LINES && passed.len() > LINES);
    }
}

/// Whether the identities of a batch can be written as a map by their types.
fn makes_a_map(batch: &Value) -> bool {
    let Some(identities) = batch["user_identities"].as_array() else { return true };
    let kinds = identities.iter().map(|identity| match &identity["identity_type"] {
        Value::String(kind) => Some(kind.clone()),
        Value::Number(kind) => Some(kind.to_string()),
        _ => None,
    });
    let mut seen = BTreeSet::new();
    kinds.into_iter().all(|kind| kind.is_some_and(|kind| seen.insert(kind)))
}
