//! Batches that no client should send. Engine and tester must agree on them too.
//!
//! Every line is admissible JSON (DTO-9), but almost every member can have an invalid value.

use std::fs;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::program::program;

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

#[test]
fn engine_and_tester_agree_on_batches_that_no_client_should_send() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 1..=4 {
        let mut dice = Hostile(ChaCha8Rng::seed_from_u64(seed));
        let lines: String = (0..LINES).map(|_| dice.batch() + "\n").collect();
        let input = folder.path().join("hostile.ndjson");
        fs::write(&input, &lines).unwrap();
        let output =
            program().args(["conform", "--quiet", "--format", "json", "--input"]).arg(&input).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let failed = report["checks"].as_array().unwrap().iter().filter(|check| check["status"] == "fail");
        let failed: Vec<_> = failed.map(|check| format!("{} {}", check["clause"], check["findings"][0])).collect();
        assert!(failed.is_empty(), "seed {seed}: {failed:#?}\n{lines}");
        assert_eq!(output.status.code(), Some(0), "seed {seed}");
    }
}
