//! Changes objects, lines and events. Data without the expected form is not changed.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::contract::raw;
use crate::store::Object;

const GZIP: &[u8] = &[0x1f, 0x8b];

/// Changes the uncompressed bytes of an object.
pub(in crate::conform::mutants) fn bytes(mut object: Object, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Object {
    let is_gzip = object.body.starts_with(GZIP);
    let text = change(if is_gzip { gunzip(&object.body) } else { object.body.to_vec() });
    object.body = if is_gzip { gzip(&text) } else { text }.into();
    object
}

/// Changes the lines of a text.
pub(in crate::conform::mutants) fn lines(text: &[u8], change: impl FnOnce(&mut Vec<String>)) -> Vec<u8> {
    let mut lines: Vec<String> = String::from_utf8_lossy(text).lines().map(str::to_owned).collect();
    change(&mut lines);
    lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
}

/// Changes the events of each line.
pub(in crate::conform::mutants) fn each_line(lines: &mut [String], change: impl Fn(&mut Vec<String>)) {
    lines.iter_mut().for_each(|line| events_of(line, &change));
}

/// Changes the time and the number in a file name.
pub(super) fn time_and_number(name: &str, change: impl FnOnce(&str, &str) -> String) -> String {
    let parts = name.rsplit_once('_').and_then(|(front, number)| Some((front.rsplit_once('_')?, number)));
    let Some(((app, time), number)) = parts else { return name.to_owned() };
    format!("{app}_{}", change(time, number))
}

/// Splits a key into the folder with its slash, and the name.
pub(in crate::conform::mutants) fn folder_and_name(key: &str) -> (&str, &str) {
    key.split_at(key.rfind('/').map_or(0, |slash| slash + 1))
}

/// The text of a line's events, and each event.
fn events(line: &str) -> Option<(&str, Vec<&str>)> {
    let events = raw::find(&raw::members(line)?, "events")?;
    Some((events, raw::elements(events)?))
}

/// The number of events of a line. A line without an array of events counts as 1.
pub(super) fn event_count(line: &str) -> usize {
    events(line).map_or(1, |(_, each)| each.len())
}

/// Changes the events of a line.
pub(super) fn events_of(line: &mut String, change: impl FnOnce(&mut Vec<String>)) {
    let Some((all, each)) = events(line) else { return };
    let mut each = each.into_iter().map(str::to_owned).collect();
    change(&mut each);
    *line = line.replace(all, &format!("[{}]", each.join(",")));
}

/// Moves the events of the second line to the first, if both exist.
pub(super) fn join(lines: &mut Vec<String>, first: impl Fn(&str) -> bool, second: impl Fn(&str) -> bool) {
    let Some(one) = lines.iter().position(|line| first(line)) else { return };
    let Some(other) = (0..lines.len()).find(|index| *index != one && second(&lines[*index])) else { return };
    let mut moved = Vec::new();
    events_of(&mut lines[other], |events| moved.append(events));
    events_of(&mut lines[one], |events| events.append(&mut moved));
    lines.remove(other);
}

/// Splits the first line with several events into two.
pub(super) fn cut(lines: &mut Vec<String>) {
    let Some(index) = lines.iter().position(|line| event_count(line) > 1) else { return };
    let mut rest = lines[index].clone();
    events_of(&mut lines[index], |events| events.truncate(1));
    events_of(&mut rest, |events| drop(events.remove(0)));
    lines.insert(index + 1, rest);
}

fn gunzip(stored: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    // The readable part of a file that cannot be decompressed completely.
    let _ = GzDecoder::new(stored).read_to_end(&mut text);
    text
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default()
}
