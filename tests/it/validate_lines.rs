//! Lines to hold two judges against: made from a schema or from a seed, printed in odd ways, and spoiled.

use serde_json::{Map, Value, json};

use crate::schema_instances::Chance;

/// Prints a value as a line: now and then with blanks, escapes, odd numbers and members in another order.
pub(crate) fn print(value: &Value, chance: &mut Chance) -> Vec<u8> {
    let odd = chance.one_in(2);
    let mut line = Vec::new();
    Printer { chance, odd }.value(value, &mut line);
    line
}

struct Printer<'a> {
    chance: &'a mut Chance,
    odd: bool,
}

impl Printer<'_> {
    fn rarely(&mut self, bound: usize) -> bool {
        self.odd && self.chance.one_in(bound)
    }

    fn blank(&mut self, line: &mut Vec<u8>) {
        if self.rarely(12) {
            line.extend_from_slice(self.chance.pick(&[" ", "\t", "\r", "   ", "\n"]).as_bytes());
        }
    }

    fn value(&mut self, value: &Value, line: &mut Vec<u8>) {
        self.blank(line);
        match value {
            Value::Object(members) => {
                let mut members: Vec<(&String, &Value)> = members.iter().collect();
                if self.chance.one_in(2) {
                    for index in (1..members.len()).rev() {
                        members.swap(index, self.chance.below(index + 1));
                    }
                }
                line.push(b'{');
                for (index, (key, value)) in members.into_iter().enumerate() {
                    if index > 0 {
                        line.push(b',');
                    }
                    self.blank(line);
                    self.text(key, line);
                    self.blank(line);
                    line.push(b':');
                    self.value(value, line);
                }
                line.push(b'}');
            }
            Value::Array(elements) => {
                line.push(b'[');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        line.push(b',');
                    }
                    self.value(element, line);
                }
                line.push(b']');
            }
            Value::String(text) => self.text(text, line),
            Value::Number(number) => {
                let text = number.to_string();
                line.extend_from_slice(text.as_bytes());
                if self.rarely(6) && !text.contains(['.', 'e']) {
                    let endings = [".0", "e0", "E+0", ".00e-0", "e400", "0000000000", ".5"];
                    line.extend_from_slice(self.chance.pick(&endings).as_bytes());
                }
            }
            other => line.extend_from_slice(other.to_string().as_bytes()),
        }
        self.blank(line);
    }

    fn text(&mut self, text: &str, line: &mut Vec<u8>) {
        if !self.rarely(8) {
            line.extend_from_slice(json!(text).to_string().as_bytes());
            return;
        }
        line.push(b'"');
        let mut units = [0; 2];
        for character in text.chars() {
            if self.chance.one_in(2) {
                for unit in character.encode_utf16(&mut units) {
                    let escape =
                        if self.chance.one_in(2) { format!("\\u{unit:04x}") } else { format!("\\u{unit:04X}") };
                    line.extend_from_slice(escape.as_bytes());
                }
            } else {
                let quoted = json!(character.to_string()).to_string();
                line.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
            }
        }
        line.push(b'"');
    }
}

/// Puts an odd value somewhere, takes something away, or adds something.
pub(crate) fn spoil_value(value: &mut Value, chance: &mut Chance) {
    let below = match value {
        Value::Array(elements) => elements.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    if below == 0 || chance.one_in(8) {
        *value = odd_value(chance);
        return;
    }
    let place = chance.below(below);
    match value {
        Value::Array(elements) => spoil_value(&mut elements[place], chance),
        Value::Object(members) => match chance.below(14) {
            0 => {
                let name = members.keys().nth(place).cloned().unwrap_or_default();
                members.shift_remove(&name);
            }
            1 => {
                let names =
                    ["event_type", "data", "request_type", "environment", "surprise", "", "product_action", "é"];
                members.insert((*chance.pick(&names)).to_owned(), odd_value(chance));
            }
            _ => members.values_mut().nth(place).into_iter().for_each(|value| spoil_value(value, chance)),
        },
        _ => {}
    }
}

fn odd_value(chance: &mut Chance) -> Value {
    let odd = [
        json!(null),
        json!(true),
        json!(0),
        json!(-0.0),
        json!(1.0),
        json!(1.5),
        json!(-1),
        json!(1e300),
        json!(2147483647),
        json!(2147483648_u32),
        json!(-2147483649_i64),
        json!(9223372036854775807_i64),
        json!(9223372036854775808_u64),
        json!(-9223372036854775808_i64),
        json!(18446744073709551615_u64),
        json!(18446744073709551616_f64),
        json!(-9.3e18),
        json!(""),
        json!("x"),
        json!("alias"),
        json!("custom_event"),
        json!("commerce_event"),
        json!("an_event_of_tomorrow"),
        json!("production"),
        json!("1.5"),
        json!("-1"),
        json!("9223372036854775808"),
        json!("99999999999999999999"),
        json!("e8335d31-2031-4bff-AFEC-17ffc1784697"),
        json!("203.0.113.7"),
        json!([]),
        json!({}),
        json!([null]),
        json!({ "a": null }),
        json!([{ "timestamp_unixtime_ms": "1" }]),
        json!({ "event_name": 5, "screen_name": 5, "label": [] }),
    ];
    let mut value = chance.pick(&odd).clone();
    if chance.one_in(200) {
        for _ in 0..120 + chance.below(12) {
            value = if chance.one_in(2) { json!([value]) } else { json!({ "d": value }) };
        }
    }
    if chance.one_in(100) {
        let members: Map<String, Value> =
            (0..40).map(|index| (format!("a rather long key {index} of many"), json!(index))).collect();
        value = members.into();
    }
    value
}

/// Breaks the bytes of a line.
pub(crate) fn spoil_bytes(line: &mut Vec<u8>, chance: &mut Chance) {
    if line.is_empty() {
        return;
    }
    let at = chance.below(line.len());
    let tokens: [&[u8]; 28] = [
        b"\"",
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"null",
        b"true",
        b"0",
        b"-",
        b".",
        b"e5",
        b"1e400",
        b"\\ud800",
        b"\\udc00",
        b"\\ud83d\\ude00",
        b"\\u0061",
        b"\xff",
        b"\xc3\xa9",
        b"\xed\xa0\x80",
        b"\0",
        b"\x1f",
        b"\x7f",
        b"\r",
        b"\"event_type\":\"custom_event\",",
        b"\"environment\":\"production\",",
    ];
    match chance.below(6) {
        0 => line[at] = chance.next() as u8,
        1 => {
            line.remove(at);
        }
        2 => line.truncate(at),
        3 => {
            // A piece stands twice: often a whole member.
            let end = (at + 1 + chance.below(60)).min(line.len());
            let piece = line[at..end].to_vec();
            line.splice(end..end, piece);
        }
        4 => {
            let end = (at + 1 + chance.below(20)).min(line.len());
            line.drain(at..end);
        }
        _ => {
            let token = *chance.pick(&tokens);
            line.splice(at..at, token.iter().copied());
        }
    }
}

/// Repeats a member of some object of the line, perhaps spelled otherwise.
pub(crate) fn repeat_member(line: &[u8], chance: &mut Chance) -> Vec<u8> {
    let text = String::from_utf8_lossy(line).into_owned();
    let starts: Vec<usize> = text.match_indices("{\"").map(|(at, _)| at + 1).collect();
    if starts.is_empty() {
        return line.to_vec();
    }
    let at = *chance.pick(&starts);
    let Some(length) = text[at + 1..].find('"') else { return line.to_vec() };
    let key = &text[at + 1..at + 1 + length];
    let mut twin = key.to_owned();
    if let Some(first) = key.chars().next().filter(|first| first.is_ascii_alphanumeric() && chance.one_in(2)) {
        twin = format!("\\u{:04x}{}", u32::from(first), &key[1..]);
    }
    format!("{}\"{twin}\":null,{}", &text[..at], &text[at..]).into_bytes()
}
