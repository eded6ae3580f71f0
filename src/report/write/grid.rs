//! A table that fits a width. Cells wrap at spaces. Long words are split at separators.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::style::{DIM, of_tone};
use crate::report::model::Cell;
use crate::visible::visible;

/// The space between two columns.
const GAP: &str = "  ";

/// The minimum width of a column with a longer word, as long as other columns can be made narrower.
const LONG_WORD: usize = 20;

/// Writes rows under headings, at most `width` columns wide.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_table(columns: &[&str], rows: &[Vec<Cell>], width: usize, out: &mut dyn Write) -> io::Result<()> {
    let header: Vec<Cell> = columns.iter().map(|title| Cell::text(*title)).collect();
    let is_number = |index: usize| rows.first().and_then(|row| row.get(index)).is_some_and(|cell| cell.is_number);
    let header: Vec<Cell> =
        header.into_iter().enumerate().map(|(index, cell)| Cell { is_number: is_number(index), ..cell }).collect();
    let widths = widths(&header, rows, width);
    write_row(&header, &widths, out)?;
    let total = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
    writeln!(out, "{DIM}{}{DIM:#}", "─".repeat(total))?;
    rows.iter().try_for_each(|row| write_row(row, &widths, out))
}

/// The widths of the columns. The widest columns become narrower until the table fits.
fn widths(header: &[Cell], rows: &[Vec<Cell>], width: usize) -> Vec<usize> {
    let available = width.saturating_sub(GAP.len() * header.len().saturating_sub(1));
    let mut natural: Vec<usize> = vec![0; header.len()];
    let mut least = natural.clone();
    for row in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)) {
        for (index, cell) in row.iter().enumerate().take(header.len()) {
            let text = visible(&cell.text);
            natural[index] = natural[index].max(text.width().min(available));
            let word = text.split(' ').map(UnicodeWidthStr::width).max().unwrap_or_default();
            least[index] = least[index].max(word.min(LONG_WORD));
        }
    }
    let mut widths = natural;
    for floors in [least, vec![4; header.len()]] {
        while widths.iter().sum::<usize>() > available {
            let shrinkable = (0..widths.len()).filter(|index| widths[*index] > floors[*index]);
            let Some(widest) = shrinkable.max_by_key(|index| widths[*index]) else { break };
            widths[widest] -= 1;
        }
    }
    widths
}

fn write_row(row: &[Cell], widths: &[usize], out: &mut dyn Write) -> io::Result<()> {
    let wrapped: Vec<Vec<String>> =
        row.iter().zip(widths).map(|(cell, width)| wrap(&visible(&cell.text), *width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or_default();
    for number in 0..height {
        let mut line = String::new();
        let mut pending = 0;
        for ((lines, cell), width) in wrapped.iter().zip(row).zip(widths) {
            let piece = lines.get(number).map(String::as_str).unwrap_or_default();
            let blank = width.saturating_sub(piece.width());
            if !piece.is_empty() {
                pending += if cell.is_number { blank } else { 0 };
                let style = of_tone(cell.tone);
                line.push_str(&" ".repeat(pending));
                line.push_str(&format!("{style}{piece}{style:#}"));
                pending = if cell.is_number { 0 } else { blank };
            } else {
                pending += width;
            }
            pending += GAP.len();
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// The text, wrapped to lines of at most `width` columns.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let needed = word.width() + usize::from(!line.is_empty());
        if line.width() + needed <= width {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let mut rest = word;
        while rest.width() > width {
            let (head, tail) = rest.split_at(split_of(rest, width));
            lines.push(head.to_owned());
            rest = tail;
        }
        line.push_str(rest);
    }
    lines.push(line);
    lines
}

/// Where to split a word that is too long: after a separator in its second half, else at the width.
fn split_of(word: &str, width: usize) -> usize {
    let mut used = 0;
    let mut full = 0;
    for (at, c) in word.char_indices() {
        used += c.width().unwrap_or_default();
        // At least one character, so that the loop ends.
        if used > width && at > 0 {
            break;
        }
        full = at + c.len_utf8();
    }
    let separator = word[..full].rfind(['/', '_', '-', '.', ',', ':', '=']).map(|at| at + 1);
    separator.filter(|at| *at > full / 2).unwrap_or(full)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rows: &[Vec<Cell>], width: usize) -> String {
        let mut out = anstream::StripStream::new(Vec::new());
        write_table(&["clause", "seen", "ms"], rows, width, &mut out).unwrap();
        String::from_utf8(out.into_inner()).unwrap()
    }

    #[test]
    fn cells_wrap_and_no_line_is_wider_than_the_table() {
        let rows = [
            vec![Cell::text("NAME-1"), Cell::text("651 objects with names of apps 買い物 🛒"), Cell::number(7)],
            vec![
                Cell::text("LAY-1"),
                Cell::text("exports/2026-03-01/Shop_20260301000000000000_34523.txt"),
                Cell::number(12),
            ],
        ];
        let line = "─".repeat(33);
        let expected = format!(
            "\
clause  seen                   ms
{line}
NAME-1  651 objects with        7
        names of apps 買い物
        🛒
LAY-1   exports/2026-03-01/    12
        Shop_2026030100000000
        0000_34523.txt
"
        );
        assert_eq!(shown(&rows, 33), expected);
        for width in 12..90 {
            let text = shown(&rows, width);
            let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap();
            assert!(widest <= width.max(16), "{widest} > {width}:\n{text}");
        }
    }
}
