//! A line made as short as it can be while it still shows what it shows.

/// So many shorter lines are tried at most.
const TRIES: usize = 20_000;

/// Takes pieces out of `line`, large ones first, as long as `shows` says of what is left that it still shows it.
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
