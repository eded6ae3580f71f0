//! Markdown as GitHub and GitLab show it in a pull request. Text from outside this program is escaped and cannot become
//! markup.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::findings::{
    causes, clause_text, clip, first_places, headline, known, listed, more_places, new_findings, seen, shared_reasons,
    totals, unlisted,
};
use super::sections;
use crate::report::model::{Finding, Outcome, Report, Summary, Verdict};
use crate::visible::visible;

/// The largest number of findings that are shown, because the length of a comment is limited.
const MAX_FINDINGS: usize = 50;

pub(super) fn write<T: Summary>(report: &Report<T>, out: &mut dyn Write) -> io::Result<()> {
    let verdict = report.verdict().as_str();
    writeln!(out, "## {} {}: {verdict}\n", text(&report.tool.name), text(&report.command))?;
    writeln!(out, "{}\n\n**{}**", text(&T::headline(report)), text(&totals(report)))?;
    if let (Some(reason), Verdict::Failed | Verdict::Incomplete) = (&report.incomplete, report.verdict()) {
        writeln!(out, "\nIncomplete: {}", text(&clip(reason)))?;
    }
    write_checks(report, out)?;
    for finding in new_findings(report).take(MAX_FINDINGS) {
        write_finding(report, finding, out)?;
    }
    let further: u64 = new_findings(report).skip(MAX_FINDINGS).map(|finding| finding.count).sum();
    if further > 0 {
        writeln!(out, "\n… and {further} more findings that are not shown here")?;
    }
    for line in [unlisted(report), known(report)].into_iter().flatten() {
        writeln!(out, "\n{}", text(&line))?;
    }
    for section in T::sections(report) {
        let (title, content) = sections::markdown(&section);
        write!(out, "\n{}", folded(&title, &content))?;
    }
    let properties = T::properties(report).into_iter().filter(|(_, value)| !value.is_empty());
    let mut last = vec![format!("{} {}", report.tool.name, report.tool.version), report.started_at.clone()];
    last.extend(properties.map(|(name, value)| format!("{name} {value}")));
    writeln!(out, "\n{}", text(&last.join(", ")))
}

fn write_checks<T: Summary>(report: &Report<T>, out: &mut dyn Write) -> io::Result<()> {
    let listed = listed(report);
    if listed.is_empty() {
        return Ok(());
    }
    let reasons = shared_reasons(&listed);
    let rows = listed.iter().map(|check| {
        let outcome = match check.outcome {
            Outcome::Fail => "**FAIL**",
            ref other => other.as_str(),
        };
        let clause = text(check.clause.as_deref().or(T::OTHER_RULES).unwrap_or_default());
        vec![clause, text(&check.title), outcome.to_owned(), text(&seen(check, &reasons))]
    });
    let columns = ["clause", "check", "result", "seen"].map(str::to_owned);
    write!(out, "\n{}", table(&columns, rows))?;
    for (number, reason) in reasons.iter().enumerate() {
        writeln!(out, "\n({}) {}", number + 1, text(&clip(reason)))?;
    }
    Ok(())
}

fn write_finding<T>(report: &Report<T>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let clause = finding.clause.as_deref().unwrap_or(&finding.check);
    let place = finding.place.as_deref().filter(|place| !place.is_empty());
    let place = place.map(|place| format!(" {}", code(place))).unwrap_or_default();
    let times = if finding.count > 1 { format!(" ({} times)", finding.count) } else { String::new() };
    let severity = finding.severity.as_str();
    writeln!(out, "\n### {severity}: {}{place}{times}\n\n{}", text(clause), text(&clip(&headline(finding))))?;
    for (number, place) in first_places(finding).iter().enumerate() {
        writeln!(out, "{}- at {}", if number == 0 { "\n" } else { "" }, code(&clip(place)))?;
    }
    if more_places(finding) > 0 {
        writeln!(out, "- … and {} more", more_places(finding))?;
    }
    let check = report.checks.iter().find(|check| check.id == finding.check);
    let causes = check.map(|check| causes(report, check)).unwrap_or_default();
    if !causes.is_empty() {
        writeln!(out, "\nMay follow from {}.", text(&causes.join(", ")))?;
    }
    if let Some(remedy) = &finding.remedy {
        writeln!(out, "\nFix: {}", text(remedy))?;
    }
    match finding.clause.as_deref().and_then(clause_text) {
        Some(clause) => writeln!(out, "\n{}", text(&clause)),
        None => Ok(()),
    }
}

/// Text on one line as plain Markdown text. Parts between backticks become code.
pub(super) fn text(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    // A backtick without a partner is an ordinary character.
    if pieces.len().is_multiple_of(2) {
        return escape(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for (index, piece) in pieces.iter().enumerate() {
        match index % 2 {
            0 => shown.push_str(&escape(piece)),
            _ if piece.is_empty() => shown.push_str("\\`\\`"),
            _ => shown.push_str(&code(piece)),
        }
    }
    shown
}

/// Text on one line as code, also inside a table.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let text = visible(text).replace('|', "\\|");
    // Markdown removes one space from both ends of code if there is one at both.
    let pad = if longest > 0 || text.starts_with(' ') || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A table. Headings and cells must already be Markdown: see [`text`] and [`code`].
pub(super) fn table(columns: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = format!("| {} |\n|{}\n", columns.join(" | "), " --- |".repeat(columns.len()));
    for row in rows {
        let _ = writeln!(table, "| {} |", row.join(" | "));
    }
    table
}

/// A collapsed section. The summary and the content must already be Markdown.
fn folded(summary: &str, content: &str) -> String {
    format!("<details>\n<summary>{summary}</summary>\n\n{content}\n</details>\n")
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '!' | '|' | '~' | '$' | '@' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shows_what_was_said() {
        assert_eq!(text("the key `a_b` is *odd* | <b>"), "the key `a_b` is \\*odd\\* \\| &lt;b&gt;");
        assert_eq!(text("one ` alone"), "one \\` alone");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("a|b\nc"), "`a\\|b\\nc`");
        let row = || ["a", "b"].map(str::to_owned);
        assert_eq!(table(&row(), [row().to_vec()]), "| a | b |\n| --- | --- |\n| a | b |\n");
    }

    proptest! {
        #[test]
        fn a_cell_stays_a_cell(said in any::<String>()) {
            for cell in [text(&said), code(&said)] {
                prop_assert!(!cell.contains(['\n', '\r']));
                // Every bar is escaped: by an odd number of backslashes in text, by one in code.
                for (at, _) in cell.match_indices('|') {
                    prop_assert!(cell[..at].ends_with('\\'));
                }
            }
            prop_assert!(!escape(&said).contains(['<', '>']));
        }
    }
}
