//! The reports of `explain`: the effect of the settings on each event, and a comparison with other settings.

mod comparison;
mod comparison_table;
mod events;
mod events_table;

pub use comparison::{ChangedSetting, ComparisonReport, DryRun, Folder, Measure};
pub use comparison_table::write_comparison as write_comparison_table;
pub use events::{
    Action, Change, EventOutcome, ExplainedBatch, ExplainedEvent, ExplainedLine, ExplanationReport, Rule,
};
pub use events_table::write_explanation as write_explanation_table;
