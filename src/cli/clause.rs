//! `mp-forwarding clause`: the text of a clause, its source and its remedy.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::completions::completed;
use super::output::{one_of, print, print_lines};
use super::{ExitCode, Failure};
use crate::contract::clause::{self, CLAUSES, Clause, UNDEFINED, Undefined};
use crate::report::Format;

/// Show the text of a clause of the contract, its source, and how to fix a violation
///
/// The contract is what mParticle documents about the export. A clause is one rule of it. Findings name the ids of clauses. Questions that the documentation leaves open
/// have ids too (U-1 and so on). The clause of a connection setting has the setting's name as its id.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding clause
  mp-forwarding clause NAME-1 U-12
  mp-forwarding clause include_mp_deviceid --format json")]
pub(crate) struct Args {
    /// Ids of clauses, in upper or lower case; all clauses by default
    #[arg(value_name = "ID", value_parser = completed::<String>(known_ids), hide_possible_values = true)]
    ids: Vec<String>,
    /// The format of the output
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = one_of(&Format::BASIC))]
    format: Format,
}

/// The clause does not exist.
#[derive(Debug, thiserror::Error)]
#[error("unknown clause `{id}`{}; `mp-forwarding clause` lists all", suggestion(near))]
struct UnknownClause {
    id: String,
    near: Vec<&'static str>,
}

fn suggestion(near: &[&str]) -> String {
    if near.is_empty() { String::new() } else { format!(", did you mean `{}`?", near.join("`, `")) }
}

#[derive(Clone, Copy)]
enum Entry {
    Clause(&'static Clause),
    Undefined(&'static Undefined),
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let entries = match args.ids.as_slice() {
        [] => all().collect(),
        ids => ids.iter().map(|id| find(id)).collect::<Result<Vec<_>, _>>().map_err(Failure::usage)?,
    };
    let text = match args.format {
        Format::Human if args.ids.is_empty() => {
            return print_lines(&entries.iter().map(Entry::line).collect::<String>());
        }
        Format::Human => return print_lines(&entries.iter().map(Entry::text).collect::<Vec<_>>().join("\n")),
        Format::Json => format!("{:#}\n", Value::from_iter(entries.iter().map(Entry::json))),
        Format::Jsonl => entries.iter().map(|entry| format!("{}\n", entry.json())).collect(),
        // `one_of` refuses other formats.
        _ => String::new(),
    };
    print(&text)
}

fn known_ids() -> Vec<&'static str> {
    all().map(Entry::id).collect()
}

fn all() -> impl Iterator<Item = Entry> {
    CLAUSES.iter().map(Entry::Clause).chain(UNDEFINED.iter().map(Entry::Undefined))
}

fn find(id: &str) -> Result<Entry, UnknownClause> {
    all().find(|entry| entry.id().eq_ignore_ascii_case(id)).ok_or_else(|| {
        // The comparison needs memory for each pair of characters.
        let typed = id.chars().take(100).collect::<String>().to_lowercase();
        let likeness = |known: &str| strsim::normalized_damerau_levenshtein(&known.to_lowercase(), &typed);
        let mut near: Vec<&str> = all().map(Entry::id).filter(|id| id.to_lowercase().starts_with(&typed)).collect();
        if near.is_empty() || typed.is_empty() {
            let nearest = all().map(Entry::id).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
            near = nearest.into_iter().filter(|near| likeness(near) >= 0.5).collect();
        }
        UnknownClause { id: id.to_owned(), near }
    })
}

fn source(clause: &Clause) -> String {
    match clause.source {
        clause::OURS => format!("a rule of {}", clause::OURS),
        page => format!("mParticle's documentation, {page} (edition of {})", clause::EDITION),
    }
}

impl Entry {
    fn id(self) -> &'static str {
        match self {
            Self::Clause(clause) => clause.id,
            Self::Undefined(entry) => entry.id,
        }
    }

    /// The entry on one line, for the list.
    fn line(&self) -> String {
        let sentence = match self {
            Self::Clause(clause) => clause.sentence,
            Self::Undefined(entry) => entry.question,
        };
        let width = clause::CLAUSES.iter().map(|clause| clause.id.len()).max().unwrap_or_default();
        format!("{:width$}  {sentence}\n", self.id())
    }

    fn text(&self) -> String {
        let mut text = format!("{}\n", self.id());
        let mut say = |name: &str, what: &str| {
            let _ = writeln!(text, "  {name:8}  {what}");
        };
        match self {
            Self::Clause(clause) => {
                say("clause", clause.sentence);
                say("source", &source(clause));
                say("remedy", clause.remedy);
            }
            Self::Undefined(entry) => {
                say("question", entry.question);
                say("choice", entry.choice);
                if let Some(option) = entry.option {
                    say("option", option);
                }
            }
        }
        text
    }

    fn json(&self) -> Value {
        match self {
            Self::Clause(clause) => json!({
                "id": clause.id, "sentence": clause.sentence, "source": clause.source, "remedy": clause.remedy,
            }),
            Self::Undefined(entry) => json!({
                "id": entry.id, "question": entry.question, "choice": entry.choice, "option": entry.option,
            }),
        }
    }
}
