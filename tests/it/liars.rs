//! The tester notices: an honest engine passes, and each liar fails on its own promise, on others only where they are
//! declared to follow from it.

mod access_command;
mod access_embedded;

use mp_forwarding::report::SelfTestReport;

use crate::support::program::program;

fn self_test(arguments: &[&str]) -> (Option<i32>, String) {
    let mut program = program();
    let output = program.args(["conform", "self-test"]).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn each_liar_is_caught_by_its_own_check_and_the_engine_by_none() {
    let (code, report) = self_test(&["--format", "json"]);
    let report: SelfTestReport = serde_json::from_str(&report).unwrap();
    for case in &report.honest {
        assert!(case.failed.is_empty(), "the engine on `{}`: {:?}", case.case, case.failed);
    }
    for liar in &report.liars {
        assert!(liar.caught.is_some(), "`{}` was missed by {}", liar.name, liar.check);
        assert!(liar.unexplained.is_empty(), "`{}` is noticed by {:?} too", liar.name, liar.unexplained);
    }
    assert!(report.liars.len() >= 40 && code == Some(0));
}

#[test]
fn a_liar_has_a_line_of_its_own() {
    let (code, text) = self_test(&["--liar", "lost-l*"]);
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("lost-line  conservation  DELIVERY-1  caught   drops a line"), "{text}");
    assert!(lines[1].starts_with("ok: 1 of 1 liars caught") && lines.len() == 2 && code == Some(0), "{text}");
    assert_eq!(self_test(&["--liar", "nobody"]).0, Some(2));
}
