//! Events of every type of DTO-5, and of an unknown type.

use super::commerce;
use super::dice::Dice;
use super::person::Device;
use super::text::{Object, array, number, scalar, words};

/// The spelling of 64-bit integers: numbers, or strings (DTO-1 and the published quarantine sample of DTO-2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    Number,
    Text,
}

impl Spelling {
    pub(super) fn integer(self, dice: &mut Dice, value: i64) -> String {
        // A client may write one field differently from all others.
        let text = self == Spelling::Text || dice.one_in(200);
        if text { format!("\"{value}\"") } else { value.to_string() }
    }
}

const TYPES: &[&str] = &[
    "custom_event",
    "custom_event",
    "custom_event",
    "screen_view",
    "commerce_event",
    "commerce_event",
    "session_start",
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
];

/// One event around `at`, in milliseconds since 1970. It can have any type but session_end, which is last in its batch.
pub(super) fn event(dice: &mut Dice, device: &Device, spelling: Spelling, at: i64) -> String {
    match dice.pick(TYPES) {
        "alias_request" => alias(dice, device, spelling, at),
        kind => event_of(kind, dice, device, spelling, at),
    }
}

/// One event of this type.
pub(super) fn event_of(kind: &str, dice: &mut Dice, device: &Device, spelling: Spelling, at: i64) -> String {
    if dice.one_in(60) {
        return written(dice, kind, "{}".to_owned());
    }
    let mut data = Object::new();
    let first = dice.one_in(2);
    if first {
        common(&mut data, dice, device, spelling, at, kind);
    }
    own(&mut data, dice, device, spelling, at, kind);
    if !first {
        common(&mut data, dice, device, spelling, at, kind);
    }
    written(dice, kind, data.end())
}

fn written(dice: &mut Dice, kind: &str, data: String) -> String {
    let mut event = Object::new();
    if dice.one_in(2) {
        event.raw("data", data).text("event_type", kind)
    } else {
        event.text("event_type", kind).raw("data", data)
    };
    event.end()
}

/// Members that events of any type can have.
fn common(data: &mut Object, dice: &mut Dice, device: &Device, spelling: Spelling, at: i64, kind: &str) {
    let at = when(dice, at);
    if !dice.one_in(25) {
        data.raw("timestamp_unixtime_ms", spelling.integer(dice, at));
    }
    if !dice.one_in(50) {
        let id = dice.integer();
        data.raw("event_id", spelling.integer(dice, id));
    }
    if dice.percent(70) {
        if kind != "session_start" || dice.one_in(2) {
            data.raw("session_id", spelling.integer(dice, device.session));
        }
        data.text("session_uuid", &device.session_uuid);
        data.raw("session_start_unixtime_ms", spelling.integer(dice, at - 30_000));
    }
    if spelling == Spelling::Text {
        data.raw("event_start_unixtime_ms", format!("\"{at}\"")).text("message_type", "events");
        data.text("message_id", &dice.guid());
    }
    match dice.below(6) {
        0 => data.raw("custom_attributes", "null"),
        1 => data.raw("custom_attributes", "{}"),
        2 => data,
        _ => data.raw("custom_attributes", custom_attributes(dice)),
    };
    if dice.percent(30) {
        data.raw("location", location(dice));
    }
    if dice.percent(15) {
        data.raw("device_current_state", device_current_state(dice, spelling));
    }
    if dice.percent(10) {
        data.raw("lifetime_value_change", number(dice)).raw("lifetime_value_attribute_name", "\"ltv\"");
    }
    if dice.percent(5) {
        data.raw("x_not_known_here", array(["1.0".to_owned(), "{\"b\":2,\"a\":1}".to_owned()]));
    }
}

/// A time that is usually seconds ago, sometimes days ago, sometimes exactly midnight, and sometimes impossible.
fn when(dice: &mut Dice, at: i64) -> i64 {
    const DAY: i64 = 86_400_000;
    match dice.below(40) {
        0..=3 => at - dice.between(1, 14) * DAY - dice.between(0, DAY),
        4..=7 => at.div_euclid(DAY) * DAY + dice.between(-2, 2),
        8 => at / 1_000,
        9 => dice.between(-DAY, DAY),
        _ => at - dice.between(0, 20_000),
    }
}

fn custom_attributes(dice: &mut Dice) -> String {
    let mut attributes = Object::new();
    for name in ["colour", "event_id", "größe", "q\"uote", "location", "👟"] {
        if dice.one_in(2) {
            attributes.raw(name, scalar(dice));
        }
    }
    attributes.end()
}

/// A location that is usually valid, sometimes out of range, and sometimes null.
pub(super) fn location(dice: &mut Dice) -> String {
    let (latitude, longitude) = match dice.below(8) {
        0 => return "null".to_owned(),
        1 => ("91.0", "13.4"),
        2 => ("52.5", "-180.5"),
        3 => ("-90", "180"),
        4 => ("5.25200e1", "13.40500"),
        5 => ("0", "-0.0"),
        _ => ("52.520008", "13.404954"),
    };
    Object::new().raw("latitude", latitude).raw("longitude", longitude).raw("accuracy", "12.50").end()
}

fn device_current_state(dice: &mut Dice, spelling: Spelling) -> String {
    let mut state = Object::new();
    for name in [
        "time_since_start_ms",
        "total_system_memory_usage_bytes",
        "disk_space_free_bytes",
        "external_disk_space_free_bytes",
    ] {
        let value = dice.between(0, 1 << 55);
        state.raw(name, spelling.integer(dice, value));
    }
    state.raw("battery_level", "0.50").text("data_connection_type", "wifi").raw("gps_state", "true");
    state.text("device_orientation", "portrait").end()
}

/// Members that only events of this type have.
fn own(data: &mut Object, dice: &mut Dice, device: &Device, spelling: Spelling, at: i64, kind: &str) {
    match kind {
        "custom_event" => {
            let custom_type = dice.pick(&["navigation", "search", "transaction", "other", "media"]);
            data.raw("event_name", words(dice)).text("custom_event_type", custom_type);
            match dice.below(4) {
                0 => data.raw("custom_flags", "{\"GA.1\":[\"a\",\"b\"],\"n\":1.0,\"s\":\"t\"}"),
                1 => data.raw("custom_flags", "null"),
                _ => data,
            };
        }
        "screen_view" => {
            data.raw("screen_name", words(dice)).raw("activity_type", "null");
        }
        "commerce_event" => commerce::fill(data, dice, spelling, at),
        "session_end" => {
            let lasted = dice.between(0, 7_200_000);
            data.raw("session_duration_ms", spelling.integer(dice, lasted));
        }
        "crash_report" => crash_report(data, dice, device, spelling, at),
        "opt_out" => {
            data.raw("is_opted_out", dice.one_in(2));
        }
        "push_registration" => {
            data.raw("register", dice.one_in(2)).text("registration_token", &dice.guid());
        }
        "application_state_transition" => {
            let transition = dice.pick(&["application_initialized", "application_exit", "application_background"]);
            data.text("application_transition_type", transition).raw("is_first_run", dice.one_in(2));
            data.raw("push_notification_payload", "\"{\\\"aps\\\":{}}\"");
        }
        "push_message" | "push_reaction" => {
            data.text("push_message_token", &dice.guid()).text("push_message_type", dice.pick(&["received", "action"]));
            data.raw("push_notification_payload", words(dice)).text("application_state", "background");
        }
        "network_performance" => {
            data.text("http_verb", "GET").raw("url", "\"https:\\/\\/api.example.com\\/v1\"").raw("response_code", 204);
            data.raw("time_elapsed", dice.below(9_000)).raw("bytes_in", dice.below(1 << 20)).raw("bytes_out", 0);
        }
        "breadcrumb" => {
            data.raw("label", words(dice)).raw("session_number", dice.below(50));
        }
        "profile" => {
            let previous = dice.integer();
            data.raw("previous_mpid", spelling.integer(dice, previous));
            data.raw("current_mpid", spelling.integer(dice, device.mpid));
            data.text("profile_event_type", dice.pick(&["signup", "login", "logout", "update"]));
        }
        "user_attribute_change" => {
            data.text("user_attribute_name", "age").raw("new", scalar(dice));
            data.raw("old", dice.pick(&["null", "[\"a\",1]", "\"17\""])).raw("deleted", "false");
        }
        "user_identity_change" => {
            let mut new = Object::new();
            new.text("identity_type", "email").raw("identity", words(dice));
            new.raw("timestamp_unixtime_ms", spelling.integer(dice, at)).raw("created_this_batch", "true");
            data.raw("new", new.end()).raw("old", "null");
        }
        _ => {}
    }
}

fn crash_report(data: &mut Object, dice: &mut Dice, device: &Device, spelling: Spelling, at: i64) {
    data.text("class_name", "java.lang.IllegalStateException").raw("message", words(dice));
    data.text("stack_trace", "at a.b.C(C.java:1)\n\tat d.e.F").raw("exception_handled", dice.one_in(2));
    let base = dice.between(0, i64::MAX);
    data.raw("ios_image_base_address", spelling.integer(dice, base)).raw("session_number", 3);
    if spelling == Spelling::Number && dice.one_in(3) {
        data.raw("ios_image_size", "18446744073709551615");
    }
    let mut crumbs = Vec::new();
    for _ in 0..dice.below(3) {
        let mut crumb = Object::new();
        common(&mut crumb, dice, device, spelling, at, "breadcrumb");
        crumb.raw("label", words(dice));
        crumbs.push(Object::new().text("event_type", "breadcrumb").raw("data", crumb.end()).end());
    }
    data.raw("breadcrumbs", if dice.one_in(8) { "null".to_owned() } else { array(crumbs) });
}

/// An alias request, as an event of its own type or in the format of the identity API (U-8).
fn alias(dice: &mut Dice, device: &Device, spelling: Spelling, at: i64) -> String {
    let mut data = Object::new();
    let source = dice.integer();
    data.raw("source_mpid", spelling.integer(dice, source));
    data.raw("destination_mpid", spelling.integer(dice, device.mpid));
    data.raw("start_unixtime_ms", spelling.integer(dice, at - 86_400_000));
    data.raw("end_unixtime_ms", spelling.integer(dice, at));
    if dice.one_in(2) {
        return written(dice, "alias_request", data.end());
    }
    data.text("scope", "device").text("device_application_stamp", &device.guid);
    let mut request = Object::new();
    request.text("request_id", &dice.guid()).text("request_type", "alias").text("environment", "production");
    request.raw("data", data.end()).end()
}
