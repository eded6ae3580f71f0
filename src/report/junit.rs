//! JUnit XML, which GitHub, GitLab and Jenkins show as the results of tests: a writer over suites of cases, whatever report
//! they are made from. What it writes keeps to the schema of Jenkins' xUnit plugin (junit-10.xsd), the strictest in use.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::ElementWriter;

/// A group of cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// What it is about, by name: what was tested, the seed and so on.
    pub properties: Vec<(String, String)>,
    /// Its cases.
    pub cases: Vec<TestCase>,
}

/// One thing that was put to the test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCase {
    /// What viewers group it by; dots separate levels.
    pub class: String,
    /// Its name.
    pub name: String,
    /// How it ended.
    pub ended: Ended,
    /// What was seen; not shown if empty.
    pub output: String,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// As it should.
    Passed,
    /// Something is wrong.
    Failed {
        /// What, on one line.
        message: String,
        /// What and where, on as many lines as it takes.
        details: String,
    },
    /// Nobody could tell, since something else went wrong.
    Errored {
        /// What, on one line.
        message: String,
    },
    /// It was not put to the test.
    Skipped {
        /// Why.
        reason: String,
    },
}

/// Writes suites as one document: the same bytes for the same suites.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(suites: &[Suite], out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = || suites.iter().flat_map(|suite| &suite.cases);
    let element = counted(xml.create_element("testsuites"), all());
    if suites.is_empty() {
        element.write_empty()?;
    } else {
        element.write_inner_content(|xml| suites.iter().try_for_each(|suite| write_suite(suite, xml)))?;
    }
    out.write_all(b"\n")
}

fn write_suite<W: Write>(suite: &Suite, xml: &mut Writer<W>) -> io::Result<()> {
    let element = xml.create_element("testsuite").with_attribute(("name", &*legal(&suite.name)));
    let skipped = suite.cases.iter().filter(|case| matches!(case.ended, Ended::Skipped { .. })).count();
    let element = counted(element, suite.cases.iter()).with_attribute(("skipped", &*skipped.to_string()));
    if suite.properties.is_empty() && suite.cases.is_empty() {
        return element.write_empty().map(drop);
    }
    element.write_inner_content(|xml| {
        if !suite.properties.is_empty() {
            xml.create_element("properties").write_inner_content(|xml| {
                suite.properties.iter().try_for_each(|(name, value)| {
                    let (name, value) = (legal(name), legal(value));
                    let property = xml.create_element("property");
                    property.with_attributes([("name", &*name), ("value", &*value)]).write_empty().map(drop)
                })
            })?;
        }
        suite.cases.iter().try_for_each(|case| write_case(case, xml))
    })?;
    Ok(())
}

fn write_case<W: Write>(case: &TestCase, xml: &mut Writer<W>) -> io::Result<()> {
    let (class, name, time) = (legal(&case.class), legal(&case.name), seconds(case.milliseconds));
    let attributes = [("classname", &*class), ("name", &*name), ("time", &*time)];
    let element = xml.create_element("testcase").with_attributes(attributes);
    if case.ended == Ended::Passed && case.output.is_empty() {
        return element.write_empty().map(drop);
    }
    element.write_inner_content(|xml| {
        match &case.ended {
            Ended::Passed => {}
            Ended::Failed { message, details } => {
                let failure = xml.create_element("failure").with_attribute(("message", &*legal(message)));
                failure.write_text_content(BytesText::new(&legal(details)))?;
            }
            Ended::Errored { message } => {
                xml.create_element("error").with_attribute(("message", &*legal(message))).write_empty()?;
            }
            Ended::Skipped { reason } => {
                xml.create_element("skipped").with_attribute(("message", &*legal(reason))).write_empty()?;
            }
        }
        if !case.output.is_empty() {
            xml.create_element("system-out").write_text_content(BytesText::new(&legal(&case.output)))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The counts that both levels carry.
fn counted<'a, 'c, W: Write>(
    element: ElementWriter<'a, W>,
    cases: impl Iterator<Item = &'c TestCase>,
) -> ElementWriter<'a, W> {
    let (mut tests, mut failures, mut errors, mut milliseconds) = (0_u64, 0_u64, 0_u64, 0_u64);
    for case in cases {
        tests += 1;
        failures += u64::from(matches!(case.ended, Ended::Failed { .. }));
        errors += u64::from(matches!(case.ended, Ended::Errored { .. }));
        milliseconds = milliseconds.saturating_add(case.milliseconds);
    }
    let counts = [("tests", tests), ("failures", failures), ("errors", errors)].map(|(name, n)| (name, n.to_string()));
    let element = element.with_attributes(counts.iter().map(|(name, count)| (*name, count.as_str())));
    element.with_attribute(("time", &*seconds(milliseconds)))
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

/// The text without the characters that XML 1.0 cannot hold, not even escaped: a replacement stands in their place.
fn legal(text: &str) -> Cow<'_, str> {
    let illegal =
        |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(illegal) { Cow::Owned(text.replace(illegal, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::events::Event;

    use super::*;

    fn written(suites: &[Suite]) -> String {
        let mut out = Vec::new();
        write(suites, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_ending_has_its_element() {
        let case = |name: &str, ended| TestCase {
            class: "conform.NAME-1".to_owned(),
            name: name.to_owned(),
            ended,
            output: String::new(),
            milliseconds: 1_002,
        };
        let cases = vec![
            case("good", Ended::Passed),
            case("bad", Ended::Failed { message: "a < b".to_owned(), details: "line 1\nline 2".to_owned() }),
            case("broken", Ended::Errored { message: "no answer".to_owned() }),
            TestCase { output: "7 keys".to_owned(), ..case("left out", Ended::Skipped { reason: "none".to_owned() }) },
        ];
        let properties = vec![("seed".to_owned(), "7".to_owned())];
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" errors="1" time="4.008">
  <testsuite name="s" tests="4" failures="1" errors="1" time="4.008" skipped="1">
    <properties>
      <property name="seed" value="7"/>
    </properties>
    <testcase classname="conform.NAME-1" name="good" time="1.002"/>
    <testcase classname="conform.NAME-1" name="bad" time="1.002">
      <failure message="a &lt; b">line 1
line 2</failure>
    </testcase>
    <testcase classname="conform.NAME-1" name="broken" time="1.002">
      <error message="no answer"/>
    </testcase>
    <testcase classname="conform.NAME-1" name="left out" time="1.002">
      <skipped message="none"/>
      <system-out>7 keys</system-out>
    </testcase>
  </testsuite>
</testsuites>
"#;
        assert_eq!(written(&[Suite { name: "s".to_owned(), properties, cases }]), expected);
        assert!(written(&[]).contains("<testsuites tests=\"0\""));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_a_parser(message in any::<String>(), details in any::<String>()) {
            let ended = Ended::Failed { message: message.clone(), details: details.clone() };
            let case = TestCase { class: String::new(), name: message.clone(), ended, output: details.clone(), milliseconds: 0 };
            let xml = written(&[Suite { name: message.clone(), properties: Vec::new(), cases: vec![case] }]);
            let mut reader = quick_xml::Reader::from_str(&xml);
            let (mut failures, mut text) = (0, String::new());
            loop {
                match reader.read_event().unwrap() {
                    Event::Start(start) | Event::Empty(start) if start.name().as_ref() == b"failure" => {
                        failures += 1;
                        let shown = start.try_get_attribute("message").unwrap().unwrap();
                        prop_assert!(shown.value.iter().all(|byte| *byte >= b' ' || b"\t\n\r".contains(byte)));
                    }
                    Event::Text(part) => text.push_str(&part.decode().unwrap()),
                    Event::Eof => break,
                    _ => {}
                }
            }
            prop_assert_eq!(failures, 1);
            prop_assert!(!text.contains(|c: char| c < ' ' && !"\t\n\r".contains(c)));
        }
    }
}
