//! Whole batches.

use jiff::Timestamp;

use super::dice::Dice;
use super::event::{Spelling, event, event_of, location};
use super::person::{Device, attributes, consent, deleted_attributes};
use super::rhythm::{Beat, Rhythm, Size};
use super::text::{Object, array, quoted, scalar, words};

/// The number of devices.
const DEVICES: usize = 97;
/// The number of devices that are active at a time and send most batches.
const BUSY: usize = 11;

/// An endless sequence of synthetic batches: one line of JSON each, without the newline.
///
/// The same seed and clock give the same bytes. Every line is admissible (DTO-9) and valid in the tolerant schema. Most
/// lines have the inbound form (DTO-2), some have the outbound form (DTO-1).
///
/// ```
/// use mp_forwarding::conform::synthesize::Synthesizer;
/// let now = "2026-03-01T00:00:02Z".parse().unwrap();
/// let lines: Vec<String> = Synthesizer::new(7, now).take(3).collect();
/// assert_eq!(lines, Synthesizer::new(7, now).take(3).collect::<Vec<_>>());
/// ```
pub struct Synthesizer {
    dice: Dice,
    devices: Vec<Device>,
    /// The active devices.
    busy: [usize; BUSY],
    rhythm: Rhythm,
    last_batch_id: i64,
    is_stamped: bool,
}

impl Synthesizer {
    /// Batches for this seed. The first one is received at `now`.
    pub fn new(seed: u64, now: Timestamp) -> Self {
        let mut dice = Dice::new(seed);
        let devices = (0..DEVICES).map(|_| Device::new(&mut dice)).collect();
        let busy = std::array::from_fn(|_| dice.below(DEVICES as u64) as usize);
        Self { dice, devices, busy, rhythm: Rhythm::starting(now), last_batch_id: 0, is_stamped: false }
    }

    /// Adds a timestamp to every batch, for subjects whose clock cannot be set.
    #[must_use]
    pub fn stamped(self) -> Self {
        Self { is_stamped: true, ..self }
    }

    fn batch(&mut self) -> String {
        let dice = &mut self.dice;
        let Beat { at, size } = self.rhythm.next(dice);
        if dice.one_in(8) {
            self.busy[dice.below(BUSY as u64) as usize] = dice.below(DEVICES as u64) as usize;
        }
        let is_steady = size == Size::Burst;
        let sender = match size {
            Size::Burst => 0,
            _ if dice.one_in(6) => dice.below(DEVICES as u64) as usize,
            _ => self.busy[dice.below(BUSY as u64) as usize],
        };
        let device = &mut self.devices[sender];
        if !is_steady {
            device.live(dice);
        }
        let device = &self.devices[sender];
        let outbound = dice.one_in(5);
        let spelling = if outbound || dice.one_in(8) { Spelling::Text } else { Spelling::Number };

        let mut members: Vec<(&str, String)> = Vec::new();
        members.push(("environment", quoted(device.environment)));
        if !dice.one_in(20) {
            if !dice.one_in(100) {
                self.last_batch_id = dice.integer();
            }
            members.push(("batch_id", spelling.integer(dice, self.last_batch_id)));
        }
        if !dice.one_in(20) || self.is_stamped {
            members.push(("timestamp_unixtime_ms", spelling.integer(dice, at)));
        }
        match dice.below(30) {
            _ if is_steady => members.push(("mpid", spelling.integer(dice, device.mpid))),
            0 => members.push(("mpid", "null".to_owned())),
            1 => {}
            _ => members.push(("mpid", spelling.integer(dice, device.mpid))),
        }
        if is_steady {
            members.push(("mp_deviceid", quoted(&device.guid)));
        } else if dice.percent(92) {
            members.push(("mp_deviceid", device.mp_deviceid(dice)));
        }
        if dice.percent(95) {
            members.push(("device_info", device.device_info(dice, spelling, at)));
        }
        if dice.percent(95) {
            members.push(("application_info", device.application_info(dice)));
        }
        match dice.below(8) {
            0 => members.push(("user_identities", "null".to_owned())),
            1 => members.push(("user_identities", if outbound { "[]" } else { "{}" }.to_owned())),
            2 => {}
            _ => members.push(("user_identities", device.identities(dice, outbound, at))),
        }
        match dice.below(6) {
            0 => members.push(("user_attributes", "null".to_owned())),
            1 => {}
            _ => members.push(("user_attributes", attributes(dice))),
        }
        optional(&mut members, dice, device, spelling, at);
        if outbound {
            members.push(("schema_version", "2".to_owned()));
            members.push(("system_notifications", "[]".to_owned()));
            members.push(("source_info", device.source_info()));
        } else if dice.percent(50) {
            members.push(("ip", dice.pick(&["\"203.0.113.7\"", "\"2001:db8::1\"", "null"]).to_owned()));
        }

        let mut ends_session = false;
        let events = match (size, dice.below(25)) {
            (Size::Usual, 0) => Some("[]".to_owned()),
            (Size::Usual, 1) => Some("null".to_owned()),
            (Size::Usual, 2) => None,
            _ => {
                let count = size.events(dice);
                let mut events = (0..count).map(|_| event(dice, device, spelling, at)).collect::<Vec<_>>();
                ends_session = size == Size::Usual && dice.one_in(8);
                if ends_session {
                    events.push(event_of("session_end", dice, device, spelling, at));
                }
                Some(array(events))
            }
        };
        if ends_session {
            self.devices[sender].begin_session(dice);
        }
        if let Some(events) = events {
            let place = if dice.one_in(2) { 0 } else { dice.below(members.len() as u64 + 1) as usize };
            members.insert(place, ("events", events));
        }
        let mut batch = Object::new();
        for (key, value) in members {
            batch.raw(key, value);
        }
        batch.end()
    }
}

/// Members that some batches have.
fn optional(members: &mut Vec<(&str, String)>, dice: &mut Dice, device: &Device, spelling: Spelling, at: i64) {
    if dice.percent(25) {
        let state = if dice.one_in(6) { "null".to_owned() } else { consent(dice, spelling, at) };
        members.push(("consent_state", state));
    }
    if device.plan.is_some() || dice.percent(20) {
        members.push(("context", context(dice, device)));
    }
    if dice.percent(15) {
        let partner = dice.pick(&["112", "10", "é"]);
        let own = Object::new().raw("cid", words(dice)).end();
        members.push(("integration_attributes", Object::new().raw(partner, own).raw("7", "{}").end()));
    }
    if dice.percent(20) {
        members.push(("deleted_user_attributes", deleted_attributes(dice)));
    }
    if dice.percent(10) {
        members.push((
            "attribution_info",
            "{\"service_provider\":\"acme\",\"publisher\":\"p\",\"campaign\":\"c\"}".to_owned(),
        ));
        members.push(("source_request_id", words(dice)));
    }
    if dice.percent(10) {
        members.push(("x_future_node", Object::new().raw("z", scalar(dice)).raw("a", "[1e3,-0,{\"k\":null}]").end()));
    }
    if dice.percent(5) {
        members.push(("unique_id", "\"set before\"".to_owned()));
    }
    if dice.percent(3) {
        members.push(("origin_mpid", spelling.integer(dice, device.mpid)));
    }
}

fn context(dice: &mut Dice, device: &Device) -> String {
    let Some(version) = device.plan.filter(|_| !dice.one_in(40)) else {
        return dice.pick(&["null", "{}"]).to_owned();
    };
    let mut context = Object::new();
    let mut plan = Object::new();
    plan.text("plan_id", "mobile_plan").raw("plan_version", version);
    if dice.one_in(10) {
        plan.raw("block_metadata", "{\"blocked_event_ids\":[\"-12\"],\"blocked_user_attributes\":[\"age\"]}");
    }
    context.raw("data_plan", plan.end());
    if dice.one_in(4) {
        context.raw("location", location(dice));
    }
    context.end()
}

impl Iterator for Synthesizer {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        Some(self.batch())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::document;
    use crate::contract::{Batch, RawBatch};
    use std::collections::BTreeSet;

    fn now() -> Timestamp {
        "2026-03-01T00:00:02Z".parse().unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        let lines = |seed| Synthesizer::new(seed, now()).take(200).collect::<Vec<_>>();
        assert_eq!(lines(7), lines(7));
        assert_ne!(lines(7), lines(8));
    }

    #[test]
    fn every_line_is_admissible() {
        for seed in 0..4 {
            for line in Synthesizer::new(seed, now()).take(400) {
                assert!(!line.contains('\n'));
                document::parse(&line).unwrap_or_else(|fault| panic!("{fault}: {line}"));
                serde_json::from_str::<serde_json::Value>(&line).unwrap();
            }
        }
    }

    #[test]
    fn every_line_is_valid_under_a_tolerant_reading() {
        for seed in 0..4 {
            for line in Synthesizer::new(seed, now()).take(400) {
                let read = serde_json::from_str::<RawBatch>(&line).map(drop);
                let read = read
                    .or_else(|error| serde_json::from_str::<Batch>(&line).map(drop).map_err(|other| (error, other)));
                read.unwrap_or_else(|errors| panic!("{errors:?}: {line}"));
            }
        }
    }

    #[test]
    fn a_thousand_batches_hold_every_kind() {
        for seed in [0, 1, 7] {
            let lines = Synthesizer::new(seed, now()).take(1_000).collect::<Vec<_>>();
            let mut kinds = BTreeSet::new();
            for line in &lines {
                let batch: serde_json::Value = serde_json::from_str(line).unwrap();
                for event in batch["events"].as_array().into_iter().flatten() {
                    kinds.insert(event["event_type"].as_str().unwrap_or("").to_owned());
                }
            }
            for kind in [
                "",
                "custom_event",
                "commerce_event",
                "session_start",
                "session_end",
                "screen_view",
                "uninstall",
                "crash_report",
                "opt_out",
                "first_run",
                "pre_attribution",
                "push_registration",
                "application_state_transition",
                "push_message",
                "push_reaction",
                "network_performance",
                "breadcrumb",
                "profile",
                "user_attribute_change",
                "user_identity_change",
                "validation_result",
                "unknown",
                "alias_request",
                "cart_teleported",
            ] {
                assert!(kinds.contains(kind), "`{kind}` in seed {seed}");
            }
            for piece in [
                "\"product_action\"",
                "\"promotion_action\"",
                "\"product_impressions\"",
                "\"events\":[]",
                "\"events\":null",
                "\\u00e9",
                "\\/",
                "\\ud835",
                "𝒳",
                "مرحبا",
                ":1.0",
                ":1e3",
                ":-0",
                "customerid",
                "\"identity_type\":\"customer_id\"",
                "\"request_type\":\"alias\"",
                "\"platform\":\"Android\"",
                "\"platform\":\"roku\"",
                "\"application_name\":\"my_app_name\"",
                "\"application_name\":\"shop/eu\"",
                "00000000-0000-0000-0000-000000000000",
                "\"latitude\":91.0",
                "\"consent_state\":{",
                "\"context\":{",
                "\"device_info\":null",
                "\"user_attributes\":null",
                "18446744073709551615",
                "\"mp_deviceid\":\"\"",
            ] {
                assert!(lines.iter().any(|line| line.contains(piece)), "`{piece}` in seed {seed}");
            }
            assert!(lines.iter().any(|line| !line.contains("\"events\"")), "events absent in seed {seed}");
        }
    }

    /// Three seeds: the situations that matter for windows and sessions occur within a thousand batches.
    #[test]
    fn a_thousand_batches_give_windows_and_sessions_something_to_do() {
        use crate::conform::expect::{Closing, Expectation};
        use crate::settings::{Connection, DateFolders, Settings};
        for seed in [0, 1, 7] {
            let lines = Synthesizer::new(seed, now()).take(1_000).collect::<Vec<_>>();
            let mut connection = Connection::new("mp-forwarding-test".parse().unwrap(), DateFolders::None);
            let closings = |connection: &Connection| {
                let settings = Settings::new(connection.clone());
                let outcome = Expectation::of(lines.iter().map(String::as_bytes), &settings, now());
                let merged = outcome.lines.iter().filter(|line| line.sources.len() > 1);
                let merged = merged.map(|line| line.closing).collect::<Vec<_>>();
                let all = outcome.lines.iter().map(|line| line.closing).collect::<Vec<_>>();
                (merged, all)
            };
            let (windows, all) = closings(&connection);
            connection.wait_for_complete_batch = true;
            let (sessions, _) = closings(&connection);
            let count = |of: &[Closing], closing| of.iter().filter(|other| **other == closing).count();
            assert!(count(&windows, Closing::WindowOver) > 40, "seed {seed}: {windows:?}");
            assert!(count(&windows, Closing::Full) > 1, "seed {seed}: {windows:?}");
            assert!(count(&all, Closing::Oversize) > 1 && count(&all, Closing::Alone) > 20, "seed {seed}: {all:?}");
            assert!(count(&sessions, Closing::SessionEnded) > 3, "seed {seed}: {sessions:?}");
            assert!(count(&sessions, Closing::SessionReleased) > 3, "seed {seed}: {sessions:?}");
        }
    }
}
