//! Writes the comparison of two dry runs for a terminal.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::{ComparisonReport, Folder};
use crate::report::model::Cell;
use crate::report::write::write_table;

/// The largest number of folders in the table.
const SHOWN: usize = 20;

/// Writes the settings that differ, the numbers before and after, and the folders. Tables are at most `width` columns
/// wide.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_comparison(report: &ComparisonReport, width: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "from {} to {}", report.before.settings, report.after.settings)?;
    if report.settings.is_empty() {
        writeln!(out, "  no mParticle setting differs")?;
    }
    for changed in &report.settings {
        writeln!(out, "  {}: {} → {}", changed.setting, changed.before, changed.after)?;
    }
    let numbers: Vec<Vec<Cell>> = report
        .measures()
        .into_iter()
        .map(|measure| {
            let change = change(measure.before, measure.after);
            vec![
                Cell::text(measure.name),
                Cell::number(measure.before),
                Cell::number(measure.after),
                Cell::number(change),
            ]
        })
        .collect();
    write_table(&["", "before", "after", "change"], &numbers, width, out)?;

    let (before, after) = (&report.before.folders, &report.after.folders);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let folders: Vec<Vec<Cell>> = names
        .iter()
        .take(SHOWN)
        .map(|name| {
            let side = |folder: Option<&Folder>| folder.copied().unwrap_or_default();
            let (before, after) = (side(before.get(*name)), side(after.get(*name)));
            let name = if name.is_empty() { "the root of the bucket".to_owned() } else { format!("{name}/") };
            let counts = [before.files, after.files, before.stored_bytes, after.stored_bytes];
            [Cell::text(name)].into_iter().chain(counts.map(Cell::number)).collect()
        })
        .collect();
    writeln!(out)?;
    write_table(&["folder", "files before", "after", "bytes stored before", "after"], &folders, width, out)?;
    match names.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "… and {more} more folders"),
    }
}

/// The difference, with a percentage unless the number before is zero.
fn change(before: u64, after: u64) -> String {
    let difference = i128::from(after) - i128::from(before);
    match (difference, before) {
        (0, _) => "=".to_owned(),
        (_, 0) => format!("{difference:+}"),
        _ => format!("{difference:+} ({:+.1} %)", 100.0 * difference as f64 / before as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_number_and_a_percentage() {
        assert_eq!(change(5, 5), "=");
        assert_eq!(change(0, 3), "+3");
        assert_eq!(change(200, 50), "-150 (-75.0 %)");
    }
}
