//! JUnit XML, which GitHub, GitLab and Jenkins show as test results. It follows the schema of Jenkins' xUnit plugin
//! (junit-10.xsd), the strictest in use. The same report gives the same bytes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::ElementWriter;

use super::findings::{causes, clause_text, headline, known_from, label, more_than, new_findings, places, totals};
use crate::report::model::{Check, Finding, Outcome, Report, Summary};
use crate::visible::visible;

pub(super) fn write<T: Summary>(report: &Report<T>, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    with_counts(xml.create_element("testsuites"), report).write_inner_content(|xml| {
        let skipped = report.checks.iter().filter(|check| check.outcome.reason().is_some()).count().to_string();
        let suite = xml.create_element("testsuite").with_attribute(("name", T::SUITE));
        let suite = with_counts(suite, report).with_attribute(("skipped", &*skipped));
        let suite = match timestamp(&report.started_at) {
            Some(timestamp) => suite.with_attribute(("timestamp", timestamp)),
            None => suite,
        };
        suite.write_inner_content(|xml| {
            write_properties(report, xml)?;
            report.checks.iter().try_for_each(|check| write_case(report, check, xml))?;
            match &report.incomplete {
                Some(reason) => write_early_end::<T, _>(reason, xml),
                None => Ok(()),
            }
        })?;
        Ok(())
    })?;
    out.write_all(b"\n")
}

/// The time without fraction and offset, as junit-10.xsd requires.
fn timestamp(started_at: &str) -> Option<&str> {
    started_at.get(..19).filter(|time| time.contains('T'))
}

/// Adds the counts that both levels have. An early end counts as an error.
fn with_counts<'a, W: Write, T>(element: ElementWriter<'a, W>, report: &Report<T>) -> ElementWriter<'a, W> {
    let errors = usize::from(report.incomplete.is_some());
    let counts = [
        ("tests", (report.checks.len() + errors).to_string()),
        ("failures", report.count(&Outcome::Fail).to_string()),
        ("errors", errors.to_string()),
        ("time", seconds(report.milliseconds)),
    ];
    element.with_attributes(counts.iter().map(|(name, count)| (*name, count.as_str())))
}

fn write_properties<T: Summary, W: Write>(report: &Report<T>, xml: &mut Writer<W>) -> io::Result<()> {
    let common = [
        ("version", report.tool.version.clone()),
        ("commit", report.tool.commit.clone().unwrap_or_default()),
        ("target", report.target.clone()),
        ("extent", totals(report)),
    ];
    let all = common.into_iter().chain(T::properties(report)).filter(|(_, value)| !value.is_empty());
    xml.create_element("properties").write_inner_content(|xml| {
        all.into_iter().try_for_each(|(name, value)| {
            let property = xml.create_element("property");
            property.with_attributes([("name", name), ("value", &*visible(&value))]).write_empty().map(drop)
        })
    })?;
    Ok(())
}

fn case<'a, W: Write>(xml: &'a mut Writer<W>, class: &str, name: &str, milliseconds: u64) -> ElementWriter<'a, W> {
    let (class, name, time) = (visible(class), visible(name), seconds(milliseconds));
    let attributes = [("classname", &*class), ("name", &*name), ("time", &*time)];
    xml.create_element("testcase").with_attributes(attributes)
}

fn write_case<T: Summary, W: Write>(report: &Report<T>, check: &Check, xml: &mut Writer<W>) -> io::Result<()> {
    let rules = check.clause.as_deref().or(T::OTHER_RULES);
    let class = rules.map_or_else(|| T::SUITE.to_owned(), |rules| format!("{}.{rules}", T::SUITE));
    let element = case(xml, &class, &format!("{}: {}", check.id, check.title), check.milliseconds);
    let is_failed = check.outcome == Outcome::Fail;
    let details = if is_failed { String::new() } else { details(report, check) };
    let output = format!("{}\n{details}", visible(&check.seen));
    let output = output.trim();
    if check.outcome == Outcome::Pass && output.is_empty() {
        return element.write_empty().map(drop);
    }
    element.write_inner_content(|xml| {
        match &check.outcome {
            Outcome::Pass => {}
            Outcome::Fail => write_failure(report, check, xml)?,
            Outcome::Skip { reason, .. } => write_skipped(reason.clone(), xml)?,
            Outcome::NotApplicable { reason } => write_skipped(format!("not applicable: {reason}"), xml)?,
            Outcome::Open { reason } => write_skipped(format!("left open by the documentation: {reason}"), xml)?,
        }
        if !output.is_empty() {
            xml.create_element("system-out").write_text_content(BytesText::new(output))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn write_failure<T: Summary, W: Write>(report: &Report<T>, check: &Check, xml: &mut Writer<W>) -> io::Result<()> {
    let new: Vec<&Finding> = new_findings(report).filter(|finding| finding.check == check.id).collect();
    let first = new.first().map_or("it failed", |finding| &finding.message);
    let count = new.iter().map(|finding| finding.count).sum::<u64>();
    let message = if count > 1 { format!("{first} (and {} more)", count - 1) } else { first.to_owned() };
    let failure = xml.create_element("failure").with_attribute(("message", &*visible(&message)));
    failure.write_text_content(BytesText::new(&details(report, check)))?;
    Ok(())
}

fn write_skipped<W: Write>(reason: String, xml: &mut Writer<W>) -> io::Result<()> {
    xml.create_element("skipped").with_attribute(("message", &*visible(&reason))).write_empty().map(drop)
}

fn write_early_end<T: Summary, W: Write>(reason: &str, xml: &mut Writer<W>) -> io::Result<()> {
    case(xml, T::SUITE, "the run was completed", 0).write_inner_content(|xml| {
        xml.create_element("error").with_attribute(("message", &*visible(reason))).write_empty().map(drop)
    })?;
    Ok(())
}

/// The findings of a check with their places, one per line.
fn details<T: Summary>(report: &Report<T>, check: &Check) -> String {
    let mut details = String::new();
    let mut line = |text: String| {
        let _ = writeln!(details, "{}", visible(&text));
    };
    let causes = causes(report, check);
    if !causes.is_empty() {
        line(format!("may follow from {}", causes.join(", ")));
    }
    for finding in report.findings_of(check) {
        let known = if finding.known { format!(" ({})", known_from::<T>(report)) } else { String::new() };
        line(format!("{}: {}{known}", label(finding), headline(finding)));
        places(finding).into_iter().for_each(|place| line(format!("  at {place}")));
        let more = more_than(finding.places.len(), finding);
        if more > 0 {
            line(format!("  … and {more} more"));
        }
        if let Some(remedy) = &finding.remedy {
            line(format!("  fix: {remedy}"));
        }
    }
    if check.outcome == Outcome::Fail {
        let clauses: BTreeSet<&str> = report.findings_of(check).filter_map(|found| found.clause.as_deref()).collect();
        clauses.into_iter().filter_map(clause_text).for_each(line);
    }
    details
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}
