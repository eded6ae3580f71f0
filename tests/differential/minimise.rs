//! Shortens a line as long as it still has a property.

/// The largest number of attempts.
const TRIES: usize = 20_000;

/// Removes pieces of `line`, large ones first, as long as `shows` is true for the rest.
pub(crate) fn minimise(mut line: Vec<u8>, shows: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let (mut tries, mut size) = (0, line.len().next_power_of_two() / 2);
    while size > 0 {
        let (mut at, mut shorter) = (0, false);
        while at < line.len() && tries < TRIES {
            tries += 1;
            let end = (at + size).min(line.len());
            let less = [&line[..at], &line[end..]].concat();
            if shows(&less) {
                (line, shorter) = (less, true);
            } else {
                at += size.div_ceil(2);
            }
        }
        if !shorter {
            size /= 2;
        }
    }
    line
}
