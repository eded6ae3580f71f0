//! How liars change what passes through them. What does not have the form that they look for passes unchanged.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::contract::raw;
use crate::store::Object;

const GZIP: &[u8] = &[0x1f, 0x8b];

/// Changes the bytes of an object's text, whichever way it is stored.
pub(super) fn bytes(mut object: Object, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Vec<Object> {
    let is_gzip = object.body.starts_with(GZIP);
    let text = if is_gzip { gunzip(&object.body) } else { object.body.to_vec() };
    let text = change(text);
    object.body = if is_gzip { gzip(&text) } else { text }.into();
    vec![object]
}

/// Changes the lines of an object.
pub(super) fn lines(object: Object, change: impl FnOnce(&mut Vec<String>)) -> Vec<Object> {
    bytes(object, |text| {
        let mut lines: Vec<String> = String::from_utf8_lossy(&text).lines().map(str::to_owned).collect();
        change(&mut lines);
        lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
    })
}

/// Puts one piece of text in the place of another in every line.
pub(super) fn replace(object: Object, from: &str, to: &str) -> Vec<Object> {
    lines(object, |lines| lines.iter_mut().for_each(|line| *line = line.replace(from, to)))
}

/// Changes the last segment of the key.
pub(super) fn name(mut object: Object, change: impl FnOnce(&str) -> String) -> Vec<Object> {
    let (folder, name) = folder_and_name(&object.key);
    object.key = folder.to_owned() + &change(name);
    vec![object]
}

/// Changes the time and the number in a name.
pub(super) fn time_and_number(object: Object, change: impl FnOnce(&str, &str) -> (String, String)) -> Vec<Object> {
    name(object, |name| {
        let parts = name.rsplit_once('_').and_then(|(front, number)| Some((front.rsplit_once('_')?, number)));
        let Some(((app, time), number)) = parts else { return name.to_owned() };
        let (time, number) = change(time, number);
        format!("{app}_{time}_{number}")
    })
}

/// Puts one folder in the place of another.
pub(super) fn folder(mut object: Object, from: &str, to: &str) -> Vec<Object> {
    let (folder, name) = folder_and_name(&object.key);
    object.key = folder.replace(from, to) + name;
    vec![object]
}

/// The folder with its slash, and the name.
pub(super) fn folder_and_name(key: &str) -> (&str, &str) {
    key.split_at(key.rfind('/').map_or(0, |slash| slash + 1))
}

/// The text of a line's events, and each of them.
pub(super) fn events(line: &str) -> Option<(&str, Vec<&str>)> {
    let events = raw::find(&raw::members(line)?, "events")?;
    Some((events, raw::elements(events)?))
}

/// A line with other events.
pub(super) fn with_events(line: &str, events_of: impl FnOnce(&[&str]) -> Vec<String>) -> String {
    match events(line) {
        Some((all, each)) => line.replace(all, &format!("[{}]", events_of(&each).join(","))),
        None => line.to_owned(),
    }
}

/// Moves the events of the second line into the first, where both are there.
pub(super) fn join(lines: &mut Vec<String>, first: impl Fn(&str) -> bool, second: impl Fn(&str) -> bool) {
    let Some(one) = lines.iter().position(|line| first(line)) else { return };
    let Some(other) = (0..lines.len()).find(|index| *index != one && second(&lines[*index])) else { return };
    let moved = events(&lines[other]).map(|(_, each)| each.into_iter().map(str::to_owned).collect::<Vec<_>>());
    let moved = moved.unwrap_or_default();
    lines[one] = with_events(&lines[one], |own| own.iter().map(|event| (*event).to_owned()).chain(moved).collect());
    lines.remove(other);
}

/// Cuts the first line with several events into two.
pub(super) fn cut(lines: &mut Vec<String>) {
    let long = |line: &String| events(line).is_some_and(|(_, each)| each.len() > 1);
    let Some(index) = lines.iter().position(long) else { return };
    let whole = lines[index].clone();
    lines[index] = with_events(&whole, |each| vec![each[0].to_owned()]);
    lines.insert(index + 1, with_events(&whole, |each| each[1..].iter().map(|event| (*event).to_owned()).collect()));
}

pub(super) fn gunzip(stored: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    // A member that cannot be read gives what there is of it.
    let _ = GzDecoder::new(stored).read_to_end(&mut text);
    text
}

pub(super) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default()
}
