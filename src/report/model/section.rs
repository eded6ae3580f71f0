//! The sections of a summary. Each writer turns them into a table, Markdown or HTML.

use super::Histogram;

/// A titled part of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Section {
    /// A table.
    Table {
        /// The title.
        title: String,
        /// The column headings.
        columns: Vec<String>,
        /// The rows, with one cell for each column.
        rows: Vec<Vec<Cell>>,
    },
    /// A distribution of values: bars on an HTML page, rows elsewhere.
    Plot {
        /// The title.
        title: String,
        /// What the labels are, for instance `day`.
        about: String,
        /// The unit of the values.
        unit: PlotUnit,
        /// The label and the value of each bar, in order.
        bars: Vec<(String, u64)>,
    },
    /// A list of names and values.
    Facts {
        /// The title.
        title: String,
        /// The name and the value of each fact.
        facts: Vec<(String, String)>,
    },
}

/// The unit of a plot's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlotUnit {
    /// A count.
    Count,
    /// Bytes.
    Bytes,
}

impl Section {
    /// A plot of a histogram.
    pub fn histogram(title: impl Into<String>, about: impl Into<String>, histogram: &Histogram) -> Self {
        let bars = histogram.labels().zip(histogram.bars.iter().map(|bar| bar.count));
        Self::Plot { title: title.into(), about: about.into(), unit: PlotUnit::Count, bars: bars.collect() }
    }
}

/// A table cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// Whether the cell is a number; numbers are aligned to the right.
    pub is_number: bool,
    /// The colour.
    pub tone: Tone,
}

/// The colour of a text, where colours are supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// No colour.
    #[default]
    Plain,
    /// The colour of success.
    Good,
    /// The colour of failure.
    Bad,
    /// The colour of a warning.
    Warning,
    /// A less visible colour.
    Dim,
}

impl Cell {
    /// A cell with a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_number: false, tone: Tone::Plain }
    }

    /// A cell with a number.
    pub fn number(number: impl ToString) -> Self {
        Self { text: number.to_string(), is_number: true, tone: Tone::Plain }
    }

    /// Sets the colour.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}
