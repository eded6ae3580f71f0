//! What a summary shows, without the form: each writer turns sections into a table, Markdown or HTML.

use super::Histogram;

/// A titled part of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Section {
    /// Rows under headings.
    Table {
        /// What the rows are.
        title: String,
        /// The headings.
        columns: Vec<String>,
        /// The rows, each with a cell for every heading.
        rows: Vec<Vec<Cell>>,
    },
    /// How values spread: bars in a page, rows elsewhere.
    Plot {
        /// What is counted.
        title: String,
        /// What a value is, and how often one is counted.
        about: String,
        /// What the values are.
        unit: PlotUnit,
        /// Each bar's label with its value, in their order.
        bars: Vec<(String, u64)>,
    },
    /// Names with values.
    Facts {
        /// What they are about.
        title: String,
        /// Each name with its value.
        facts: Vec<(String, String)>,
    },
}

/// What the values of a plot are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlotUnit {
    /// A count of things.
    Count,
    /// Bytes.
    Bytes,
}

impl Section {
    /// A plot of how often values fall into the ranges of a histogram.
    pub fn histogram(title: impl Into<String>, about: impl Into<String>, histogram: &Histogram) -> Self {
        let bars = histogram.labels().zip(histogram.bars.iter().map(|bar| bar.count));
        Self::Plot { title: title.into(), about: about.into(), unit: PlotUnit::Count, bars: bars.collect() }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// Whether it is a number, which is aligned to the right.
    pub is_number: bool,
    /// How it is coloured.
    pub tone: Tone,
}

/// How a text is coloured where there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As any other text.
    #[default]
    Plain,
    /// As what passed.
    Good,
    /// As what failed.
    Bad,
    /// As what needs attention.
    Warning,
    /// As what is of little weight.
    Dim,
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_number: false, tone: Tone::Plain }
    }

    /// A number.
    pub fn number(number: impl ToString) -> Self {
        Self { text: number.to_string(), is_number: true, tone: Tone::Plain }
    }

    /// The same cell, coloured.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}
