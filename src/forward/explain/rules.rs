//! The rules that explain decisions: settings and clauses, with their sentences.

use crate::contract::clause;
use crate::forward::batch::BatchMode;
use crate::report::Rule;
use crate::settings::SettingId;

/// The rule that merges events into lines.
pub(super) fn of_batching(mode: &BatchMode) -> Rule {
    let (setting, clause) = match mode {
        BatchMode::Each => (SettingId::SendAsBatch, "BAT-3"),
        BatchMode::Gather { key, .. } if key.is_session() => (SettingId::WaitForCompleteBatch, "BAT-2"),
        BatchMode::Gather { .. } | BatchMode::Alone => (SettingId::SendAsBatch, "BAT-1"),
    };
    Rule { setting: Some(setting.to_string()), ..of_clause(clause) }
}

/// The effect of a setting. Its clause has the setting's id.
pub(super) fn of_setting(setting: SettingId) -> Rule {
    Rule { setting: Some(setting.to_string()), ..of_clause(setting.as_str()) }
}

/// A clause, or the choice for an open question.
pub(super) fn of_clause(id: &str) -> Rule {
    let open = || clause::UNDEFINED.iter().find(|open| open.id == id);
    let answered = || open().map(|open| format!("{} {}", open.question, open.choice));
    let sentence = clause::find(id).map(|clause| clause.sentence.to_owned()).or_else(answered);
    Rule { setting: None, clause: id.to_owned(), sentence: sentence.unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_sentence() {
        for setting in SettingId::ALL.iter().filter(|id| id.table() == crate::settings::Table::Connection) {
            assert!(!of_setting(*setting).sentence.is_empty(), "{setting}");
        }
    }
}
