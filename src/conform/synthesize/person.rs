//! The senders of batches: devices, apps, identities and attributes.

use super::dice::Dice;
use super::event::Spelling;
use super::text::{Object, array, quoted, scalar, words};

/// A device that sends several batches, so that batching has batches to merge. It keeps its user, its app, its data
/// plan and its environment for some time.
#[derive(Clone)]
pub(super) struct Device {
    pub(super) guid: String,
    identity: String,
    pub(super) mpid: i64,
    pub(super) session: i64,
    pub(super) session_uuid: String,
    pub(super) platform: &'static Platform,
    app: &'static str,
    pub(super) environment: &'static str,
    /// The version of the data plan, if there is one.
    pub(super) plan: Option<u64>,
}

pub(super) struct Platform {
    name: &'static str,
    os: &'static str,
    channel: &'static str,
    /// The device identity of this platform, in addition to `mp_deviceid`.
    identity: Option<&'static str>,
}

const fn platform(
    name: &'static str,
    os: &'static str,
    channel: &'static str,
    identity: Option<&'static str>,
) -> Platform {
    Platform { name, os, channel, identity }
}

static PLATFORMS: &[Platform] = &[
    platform("Android", "Android", "native", Some("android_advertising_id")),
    platform("Android", "Android", "native", None),
    platform("android", "Android", "native", Some("android_uuid")),
    platform("Android", "Android", "native", Some("android_advertising_id")),
    platform("Android", "Android", "native", Some("android_uuid")),
    platform("iOS", "IOS", "native", Some("ios_idfv")),
    platform("iOS", "IOS", "native", Some("ios_advertising_id")),
    platform("web", "MobileWeb", "javascript", None),
    platform("roku", "Roku", "native", Some("roku_advertising_id")),
    platform("fire_tv", "FireTV", "native", Some("fire_advertising_id")),
    platform("xbox", "Xbox", "native", Some("microsoft_advertising_id")),
    platform("tvOS", "TVOS", "native", Some("ios_idfv")),
    platform("alexa", "Alexa", "server_to_server", None),
    platform("smart_tv", "SmartTV", "pixel", None),
    platform("out_of_band", "OutOfBand", "server_to_server", None),
];

const APPS: &[&str] = &["mPTravel", "my_app_name", "shop/eu", "Кафе ☕", "", "a.b"];

impl Device {
    pub(super) fn new(dice: &mut Dice) -> Self {
        Self {
            guid: dice.guid(),
            identity: dice.guid(),
            mpid: dice.integer(),
            session: dice.integer(),
            session_uuid: dice.guid(),
            platform: &PLATFORMS[dice.below(PLATFORMS.len() as u64) as usize],
            app: dice.pick(APPS),
            environment: dice.pick(&["production", "production", "production", "development"]),
            plan: dice.one_in(2).then(|| 1 + dice.below(9)),
        }
    }

    pub(super) fn begin_session(&mut self, dice: &mut Dice) {
        (self.session, self.session_uuid) = (dice.integer(), dice.guid());
    }

    /// Changes between two batches: another user, another environment, or a new data plan.
    pub(super) fn live(&mut self, dice: &mut Dice) {
        match dice.below(60) {
            0 => self.mpid = dice.integer(),
            1 => self.environment = if self.environment == "production" { "development" } else { "production" },
            2 => self.plan = Some(1 + dice.below(9)),
            3 => self.plan = None,
            _ => {}
        }
    }

    pub(super) fn device_info(&self, dice: &mut Dice, spelling: Spelling, at: i64) -> String {
        if dice.one_in(25) {
            return dice.pick(&["null", "{}"]).to_owned();
        }
        let mut info = Object::new();
        info.text("brand", "acme").raw("device", words(dice)).text("platform", self.platform.name);
        info.text("os_version", "17.0.1").raw("screen_height", 2_400).raw("screen_width", 1_080);
        info.raw("timezone_offset", "-8").raw("is_tablet", "false").raw("locale_language", "\"de\"");
        if let Some(identity) = self.platform.identity {
            match dice.below(12) {
                0 => info.text(identity, ""),
                1 => info.text(identity, NO_GUID),
                2 => info.raw(identity, "null"),
                _ => info.text(identity, &self.identity),
            };
        }
        if self.platform.name == "iOS" {
            info.text("att_authorization_status", dice.pick(&["authorized", "denied", "not_determined"]));
            info.raw("att_timestamp_unixtime_ms", spelling.integer(dice, at - 86_400_000));
        }
        info.raw("http_header_user_agent", words(dice));
        info.end()
    }

    pub(super) fn application_info(&self, dice: &mut Dice) -> String {
        if dice.one_in(25) {
            return dice.pick(&["null", "{}"]).to_owned();
        }
        let mut info = Object::new();
        info.text("application_name", self.app).text("application_version", "2.1.0").text("package", "com.example.app");
        info.text("os", self.platform.os).raw("application_build_number", words(dice));
        if dice.one_in(5) {
            let version = Object::new().text("iad-attribution", "true").text("iad-campaign-id", "1234567890").end();
            info.raw("apple_search_ads_attributes", Object::new().raw("Version3.1", version).end());
        }
        info.end()
    }

    pub(super) fn source_info(&self) -> String {
        Object::new().text("channel", self.platform.channel).raw("is_historical", "false").end()
    }

    /// The `mp_deviceid`; sometimes a value that means that there is none.
    pub(super) fn mp_deviceid(&self, dice: &mut Dice) -> String {
        match dice.below(40) {
            0 => "\"\"".to_owned(),
            1 => quoted(NO_GUID),
            2 => "null".to_owned(),
            _ => quoted(&self.guid),
        }
    }

    pub(super) fn identities(&self, dice: &mut Dice, outbound: bool, at: i64) -> String {
        let customer = dice.pick(&["customer_id", "customer_id", "customer_id", "customerid"]);
        let mut identities = vec![(customer, quoted(&format!("c{}", self.mpid.unsigned_abs() % 100_000)))];
        if dice.percent(60) {
            identities
                .push(("email", dice.pick(&["\"müller@example.com\"", "\"a\\u00e9@example.com\"", "\"\""]).to_owned()));
        }
        if dice.percent(20) {
            identities.push(("other_id_7", "\"  spaced  \"".to_owned()));
            identities.push(("mobile_number", "\"+49 30 123\"".to_owned()));
        }
        if !outbound {
            if dice.percent(15) {
                identities.push(("facebook", "null".to_owned()));
            }
            if dice.percent(10) {
                identities.push(("other", "9007199254740993".to_owned()));
            }
            let mut map = Object::new();
            identities.iter().for_each(|(kind, identity)| {
                map.raw(kind, identity);
            });
            return map.end();
        }
        let timed = dice.one_in(2);
        array(identities.iter().map(|(kind, identity)| {
            let mut element = Object::new();
            element.text("identity_type", kind).raw("identity", identity);
            if timed {
                element.raw("timestamp_unixtime_ms", format!("\"{at}\""));
            }
            element.end()
        }))
    }
}

const NO_GUID: &str = "00000000-0000-0000-0000-000000000000";

const ATTRIBUTES: &[&str] = &["$FirstName", "age", "Lieblingsfarbe 🎨", "mpid", "loyalty", "a/b~c"];

/// Names of deleted user attributes: names that other batches set, and other names.
pub(super) fn deleted_attributes(dice: &mut Dice) -> String {
    if dice.one_in(6) {
        return dice.pick(&["[]", "null"]).to_owned();
    }
    let mut names = vec!["\"größe\"".to_owned()];
    for name in ATTRIBUTES {
        if dice.one_in(3) {
            names.push(quoted(name));
        }
    }
    array(names)
}

/// User attributes of every kind (DTO-7).
pub(super) fn attributes(dice: &mut Dice) -> String {
    let mut attributes = Object::new();
    for name in ATTRIBUTES {
        match dice.below(6) {
            0 => attributes.raw(name, array([words(dice), words(dice)])),
            1 => attributes.raw(name, array([])),
            2 => &mut attributes,
            _ => attributes.raw(name, scalar(dice)),
        };
    }
    attributes.end()
}

pub(super) fn consent(dice: &mut Dice, spelling: Spelling, at: i64) -> String {
    let given = |dice: &mut Dice| {
        let mut consent = Object::new();
        consent.raw("consented", dice.one_in(2)).text("document", "terms v3");
        consent.raw("timestamp_unixtime_ms", spelling.integer(dice, at - 3_600_000));
        consent.raw("location", words(dice)).raw("hardware_id", "null").end()
    };
    let gdpr = Object::new().raw("marketing", given(dice)).raw("größe", given(dice)).end();
    let mut state = Object::new();
    state.raw("gdpr", gdpr);
    if dice.one_in(2) {
        let opted = given(dice);
        state.raw("ccpa", Object::new().raw("data_sale_opt_out", opted).end());
    }
    state.end()
}
