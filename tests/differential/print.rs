//! Prints a value as a line in one of many ways.

use serde_json::{Value, json};

use crate::instances::Chance;

/// Prints a value as a line: sometimes with blanks, escapes, unusual numbers and members in another order.
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
