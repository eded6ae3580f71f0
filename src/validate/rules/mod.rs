//! The rules beside the schema: names of files, settings of the connection; and the reasons why a line is wrong.

mod explain;
mod names;
mod settings;

pub use explain::Explainer;
pub(super) use names::NameRules;
pub(super) use settings::{OfFolder, SettingRules};
