//! The README of each module has a table of its inputs and outputs, generated from the module. `MP_FORWARDING_WRITE=1`
//! updates them.

use std::fs;
use std::path::Path;

use crate::terraform_modules::MODULES;

const BEGIN: &str = "<!-- made from variables.tf and outputs.tf -->\n";
const END: &str = "<!-- end -->\n";

/// The blocks of a formatted file, by name: the text between `kind "name" {` and the closing brace.
fn blocks(text: &str, kind: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in text.split(&format!("\n{kind} \"")).skip(1) {
        let (name, rest) = part.split_once("\" {\n").unwrap();
        let body = rest.split_once("\n}\n").unwrap().0;
        found.push((name.to_owned(), body.to_owned()));
    }
    found
}

/// The value of an argument of a block, on one line.
fn argument(body: &str, name: &str) -> Option<String> {
    let mut lines =
        body.lines().skip_while(|line| line.strip_prefix("  ").and_then(|line| line.split(' ').next()) != Some(name));
    let first = lines.next()?.split_once("= ")?.1.to_owned();
    if !first.ends_with(['{', '(', '[']) {
        return Some(first);
    }
    let rest: Vec<&str> =
        lines.take_while(|line| line.starts_with("    ") || line.starts_with("  }")).map(str::trim).collect();
    let words = rest.join(", ").replace(", })", " })");
    Some(format!("{first} {}", words.split_whitespace().collect::<Vec<_>>().join(" ")))
}

fn unquoted(text: &str) -> String {
    text.trim_matches('"').replace("\\\"", "\"").replace('|', "\\|")
}

fn tables(module: &Path) -> String {
    let read = |file: &str| format!("\n{}", fs::read_to_string(module.join(file)).unwrap());
    let mut text = String::from("\n## Inputs\n\n| name | what | type | default |\n| --- | --- | --- | --- |\n");
    for (name, body) in blocks(&read("variables.tf"), "variable") {
        let description = unquoted(&argument(&body, "description").unwrap());
        let kind = argument(&body, "type").unwrap().replace('|', "\\|");
        let default = argument(&body, "default").map_or_else(|| "required".to_owned(), |value| format!("`{value}`"));
        text.push_str(&format!("| `{name}` | {description} | `{kind}` | {default} |\n"));
    }
    text.push_str("\n## Outputs\n\n| name | what |\n| --- | --- |\n");
    for (name, body) in blocks(&read("outputs.tf"), "output") {
        text.push_str(&format!("| `{name}` | {} |\n", unquoted(&argument(&body, "description").unwrap())));
    }
    text.push('\n');
    text
}

#[test]
fn every_readme_has_the_tables_of_its_module() {
    for (name, _) in MODULES {
        let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("terraform/modules").join(name);
        let path = module.join("README.md");
        let text = fs::read_to_string(&path).unwrap();
        let (head, rest) = text.split_once(BEGIN).unwrap();
        let (_, tail) = rest.split_once(END).unwrap();
        let made = format!("{head}{BEGIN}{}{END}{tail}", tables(&module));
        if std::env::var_os("MP_FORWARDING_WRITE").is_some_and(|value| value == "1") {
            fs::write(&path, &made).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), made, "{name}: update it with MP_FORWARDING_WRITE=1");
    }
}

/// The README of an example: the comment at the top of its configuration, the commands, and its outputs.
fn example(folder: &Path) -> String {
    let main = fs::read_to_string(folder.join("main.tf")).unwrap();
    let comment: Vec<&str> = main.lines().map_while(|line| line.strip_prefix("# ")).collect();
    let name = folder.file_name().unwrap().to_str().unwrap();
    let mut text = format!("# {name}\n\n{}\n\n", comment.join("\n"));
    text.push_str("```sh\nterraform init\nterraform apply\n```\n");
    let outputs = blocks(&format!("\n{main}"), "output");
    if !outputs.is_empty() {
        text.push_str("\n## Outputs\n\n| name | what |\n| --- | --- |\n");
    }
    for (name, body) in outputs {
        text.push_str(&format!("| `{name}` | {} |\n", unquoted(&argument(&body, "description").unwrap())));
    }
    text
}

#[test]
fn every_example_has_a_readme_of_its_configuration() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("terraform/examples");
    let mut count = 0;
    for entry in fs::read_dir(examples).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.join("main.tf").exists() {
            continue;
        }
        let (path, made) = (folder.join("README.md"), example(&folder));
        if std::env::var_os("MP_FORWARDING_WRITE").is_some_and(|value| value == "1") {
            fs::write(&path, &made).unwrap();
        }
        let read = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(read, made, "{}: update it with MP_FORWARDING_WRITE=1", path.display());
        count += 1;
    }
    assert!(count >= 6, "{count}");
}
