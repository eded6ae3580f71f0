//! Two dry runs side by side, for a person at a terminal.

use std::collections::BTreeSet;
use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::{ComparisonReport, Folder};

/// How many folders a person is shown at once.
const SHOWN: usize = 20;

/// Writes the settings that differ, the numbers before and after, and the folders.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_comparison(report: &ComparisonReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "from {} to {}", report.before.settings, report.after.settings)?;
    if report.settings.is_empty() {
        writeln!(out, "  no setting of mParticle's differs")?;
    }
    for changed in &report.settings {
        writeln!(out, "  {}: {} → {}", changed.setting, changed.before, changed.after)?;
    }
    let mut numbers = table(["", "before", "after", "change"]);
    for measure in report.measures() {
        numbers.add_row([
            measure.name,
            measure.before.to_string(),
            measure.after.to_string(),
            change(measure.before, measure.after),
        ]);
    }
    writeln!(out, "{numbers}")?;

    let (before, after) = (&report.before.folders, &report.after.folders);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut folders = table(["folder", "files before", "after", "bytes stored before", "after"]);
    for name in names.iter().take(SHOWN) {
        let side = |folder: Option<&Folder>| folder.copied().unwrap_or_default();
        let (before, after) = (side(before.get(*name)), side(after.get(*name)));
        folders.add_row([
            if name.is_empty() { "the root of the bucket".to_owned() } else { format!("{name}/") },
            before.files.to_string(),
            after.files.to_string(),
            before.stored_bytes.to_string(),
            after.stored_bytes.to_string(),
        ]);
    }
    writeln!(out, "{folders}")?;
    match names.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "… and {more} more folders"),
    }
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header);
    for index in 1..N {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The difference, as a share where there is something to be a share of.
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
    fn a_change_is_told_as_number_and_share() {
        assert_eq!(change(5, 5), "=");
        assert_eq!(change(0, 3), "+3");
        assert_eq!(change(200, 50), "-150 (-75.0 %)");
    }
}
