//! Checks the examples in the help of every command.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use clap::{CommandFactory, Parser};

use super::Cli;

/// The width of an 80-column terminal without wrapping.
const WIDTH: usize = 78;

/// Collects the help after the options of a command and its subcommands.
fn helps(command: &clap::Command, helps: &mut Vec<String>) {
    helps.extend(command.get_after_help().map(ToString::to_string));
    command.get_subcommands().for_each(|command| self::helps(command, helps));
}

/// The words of a shell command before a redirection, without single quotes. There is at least one.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for character in text.chars() {
        match character {
            '\'' => quoted = !quoted,
            '>' if !quoted => break,
            ' ' if !quoted => words.push(String::new()),
            other => words.iter_mut().last().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    match words.is_empty() {
        true => vec![String::new()],
        false => words,
    }
}

#[test]
fn each_example_can_be_pasted() {
    let mut texts = Vec::new();
    helps(&Cli::command(), &mut texts);
    let mut parsed = 0;
    for text in texts {
        let examples = text.split("\n\nExit codes").next().unwrap();
        for line in examples.lines().filter(|line| line.starts_with("  ")) {
            assert!(line.chars().count() <= WIDTH, "too long: {line}");
        }
        parsed += parse_commands(examples.replace("\\\n", " ").lines().filter(|line| line.starts_with("  ")));
    }
    assert!(parsed > 30, "only {parsed} examples");
}

/// Parses each command of the lines, and returns their number.
fn parse_commands<'a>(lines: impl Iterator<Item = &'a str>) -> usize {
    let mut parsed = 0;
    for line in lines {
        for command in line.split(" | ").map(words).filter(|words| words[0] == "mp-forwarding") {
            if let Err(error) = super::parse(command.into_iter().map(OsString::from)) {
                panic!("{line}\n{error}");
            }
            parsed += 1;
        }
    }
    parsed
}

/// Fault: the README named `policy render` without the kind of policy.
#[test]
fn each_command_of_the_documentation_can_be_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages = pages.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let mut parsed = 0;
    for page in pages.chain([root.join("README.md")]) {
        let text = fs::read_to_string(&page).unwrap().replace("\\\n", " ");
        // A comment begins with two blanks, and what the reader fills in is not a command.
        let lines = text.lines().map(|line| line.split("  #").next().unwrap_or_default().trim());
        parsed += parse_commands(lines.filter(|line| !line.starts_with('|') && !line.contains(['…', '$'])));
    }
    assert!(parsed > 60, "only {parsed} commands");
}

#[test]
fn an_old_option_names_the_new_one() {
    for (line, new) in [
        ("policy can a.json --json --principal * --action s3:PutObject --resource *", "`--format json`"),
        ("policy pods --json", "`--format json`"),
        ("policy render key --bucket mp-forwarding-a --owner-account 111122223333", "`--owner`"),
        ("preflight --settings a.toml --deadline 3", "`--timeout`"),
    ] {
        let error = Cli::try_parse_from(["mp-forwarding"].into_iter().chain(line.split(' '))).unwrap_err();
        assert!(error.to_string().contains(new), "{error}");
        assert_eq!(error.exit_code(), 2);
    }
}

#[test]
fn global_options_have_one_heading_in_every_command() {
    fn check(command: &clap::Command) {
        for argument in command.get_arguments().filter(|argument| argument.is_global_set()) {
            assert_eq!(argument.get_help_heading(), Some("Global"), "{}", command.get_name());
        }
        command.get_subcommands().for_each(check);
    }
    let mut command = Cli::command();
    command.build();
    check(&command);
}
