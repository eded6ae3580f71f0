//! Corrupts the bytes of a line.

use crate::dictionary::Dictionary;
use crate::instances::Chance;

/// Corrupts the bytes of a line.
pub(crate) fn spoil_bytes(line: &mut Vec<u8>, chance: &mut Chance, words: &Dictionary) {
    if line.is_empty() {
        return;
    }
    let at = chance.below(line.len());
    let tokens: [&[u8]; 49] = [
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
        b"\\ud83d\\u0041",
        b"\\ud83d\\n",
        b"\\ud83d\\ud83d\\ude00",
        b"\\ude00\\ud83d\\ude00",
        b"\\u0061",
        b"\xff",
        b"\xc3\xa9",
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"\xe2\x82",
        b"\xf0\x9f\x9a\x80",
        b"\xf4\x90\x80\x80",
        b"\xef\xbb\xbf",
        b"\x80",
        b" ",
        b"\n",
        b"\t",
        b"\\\"",
        b"\\u0000",
        b"\\u00",
        b"\\x",
        b"-0",
        b"00",
        b"9223372036854775808",
        b"false",
        b"\0",
        b"\x1f",
        b"\x7f",
        b"\r",
        b"\"event_type\":\"custom_event\",",
        b"\"environment\":\"production\",",
    ];
    match chance.below(8) {
        0 => line[at] = chance.next() as u8,
        1 => {
            line.remove(at);
        }
        2 => line.truncate(at),
        3 => {
            // Duplicates a piece, which is often a whole member.
            let end = (at + 1 + chance.below(60)).min(line.len());
            let piece = line[at..end].to_vec();
            line.splice(end..end, piece);
        }
        4 => {
            let end = (at + 1 + chance.below(20)).min(line.len());
            line.drain(at..end);
        }
        5 => {
            let words = if chance.one_in(2) { &words.keys } else { &words.names };
            let (word, after) = (chance.pick(words).as_str(), *chance.pick(&["", ":", ",", ":1,"]));
            line.splice(at..at, format!("\"{word}\"{after}").into_bytes());
        }
        6 => line[at] ^= 1 << chance.below(8),
        _ => {
            let token = *chance.pick(&tokens);
            line.splice(at..at, token.iter().copied());
        }
    }
}

/// Repeats a member of an object in the line, sometimes in another spelling.
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
