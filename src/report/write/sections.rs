//! Writes the sections of a summary for a terminal and for Markdown.

use std::io::{self, Write};

use super::grid::write_table;
use super::markdown::{table, text};
use super::style::DIM;
use crate::report::model::{Cell, PlotUnit, Section, bytes};
use crate::visible::visible;

/// The length of the longest bar of a plot, in columns.
const BAR: u64 = 30;

pub(super) fn write_human(section: &Section, width: usize, out: &mut dyn Write) -> io::Result<()> {
    match section {
        Section::Table { title, columns, rows } => {
            write_title(title, out)?;
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            write_table(&columns, rows, width, out)
        }
        Section::Plot { title, about, unit, bars } => {
            write_title(title, out)?;
            write_table(&[about, "", ""], &rows_of(*unit, bars), width, out)
        }
        Section::Facts { title, facts } => {
            write_title(title, out)?;
            let rows: Vec<Vec<Cell>> =
                facts.iter().map(|(name, value)| vec![Cell::text(name), Cell::text(value)]).collect();
            let name_width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
            for row in rows {
                let lead = format!("  {:name_width$}  ", visible(&row[0].text));
                super::human::write_wrapped(&lead, &row[1].text, width, out)?;
            }
            Ok(())
        }
    }
}

fn write_title(title: &str, out: &mut dyn Write) -> io::Result<()> {
    if title.is_empty() { Ok(()) } else { writeln!(out, "{DIM}{}{DIM:#}", visible(title)) }
}

/// One row for each bar with a value above zero.
fn rows_of(unit: PlotUnit, bars: &[(String, u64)]) -> Vec<Vec<Cell>> {
    let most = bars.iter().map(|(_, value)| *value).max().unwrap_or_default().max(1);
    let rows = bars.iter().filter(|(_, value)| *value > 0).map(|(label, value)| {
        let length = usize::try_from((u128::from(*value) * u128::from(BAR)).div_ceil(u128::from(most))).unwrap_or(1);
        let value = match unit {
            PlotUnit::Bytes => bytes(*value),
            PlotUnit::Count => value.to_string(),
        };
        vec![Cell::text(label), Cell::number(value), Cell::text("█".repeat(length))]
    });
    rows.collect()
}

/// The title and the content, both as Markdown.
pub(super) fn markdown(section: &Section) -> (String, String) {
    let cells = |row: &[Cell]| row.iter().map(|cell| text(&cell.text)).collect::<Vec<_>>();
    match section {
        Section::Table { title, columns, rows } => {
            let columns: Vec<String> = columns.iter().map(|column| text(column)).collect();
            (text(title), table(&columns, rows.iter().map(|row| cells(row))))
        }
        Section::Plot { title, about, unit, bars } => {
            let columns = [text(about), String::new(), String::new()];
            (text(title), table(&columns, rows_of(*unit, bars).iter().map(|row| cells(row))))
        }
        Section::Facts { title, facts } => {
            let lines = facts.iter().map(|(name, value)| format!("- {}: {}\n", text(name), text(value)));
            (text(title), lines.collect())
        }
    }
}
