//! Formats counts, bytes and durations for all commands.

/// A number with its noun, for instance `1 case` or `14 cases`.
pub fn counted(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    match count.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}

/// Bytes in binary units, for instance `311 B`, `38.3 MiB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if count < 1024 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1024.0;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        // A value that would be shown as 1024.0 is shown in the next unit.
        if value < 1023.95 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    format!("{value:.1} {unit}")
}

/// A duration in milliseconds in words, for instance `40 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`.
pub fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        0 => format!("{milliseconds} ms"),
        1..60 => format!("{:.1} s", milliseconds as f64 / 1000.0),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_the_one_that_a_person_would_choose() {
        let shown = [0, 1023, 1024, 40_162_000, 1_048_575, 5 << 40].map(bytes);
        assert_eq!(shown, ["0 B", "1023 B", "1.0 KiB", "38.3 MiB", "1.0 MiB", "5.0 TiB"]);
        let shown = [0, 40, 4_210, 59_940, 200_000, 7_500_000].map(duration);
        assert_eq!(shown, ["0 ms", "40 ms", "4.2 s", "59.9 s", "3 min 20 s", "2 h 5 min"]);
        assert_eq!(counted(1_u64, "case", "cases"), "1 case");
        assert_eq!(counted(0_u64, "case", "cases"), "0 cases");
    }
}
