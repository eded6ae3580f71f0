//! The files that the Terraform module reads: the templates in Terraform's template language, and the catalogue of
//! pods.
//!
//! Only the templates define the text of a policy. They use few constructs, and each has a counterpart in Terraform. A
//! construct without a counterpart is an error.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Catalogue;
use super::render::TEMPLATES;
use crate::bounded;

/// A file for the Terraform module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Its name in the module's `generated` folder.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A difference between a folder and the generated files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drift {
    /// A file is missing.
    Missing(String),
    /// A file has other content.
    Differs(String),
    /// A file has no template.
    Unknown(String),
}

/// Why the files cannot be generated, written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TerraformError {
    /// A template uses a construct without a counterpart.
    #[error(
        "the template `{template}` holds `{construct}`, which has no counterpart in Terraform: use `{{{{ name }}}}`, `{{{{ name | jsonencode }}}}`, `{{% if name %}}`, `{{% else %}}` and `{{% endif %}}`"
    )]
    Construct {
        /// The template.
        template: String,
        /// The construct.
        construct: String,
    },
    /// A file could not be read or written.
    #[error("failed to read or write `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

/// Every file that the module reads.
///
/// # Errors
/// If a template uses a construct without a counterpart in Terraform.
pub fn generated() -> Result<Vec<Generated>, TerraformError> {
    let mut files = Vec::new();
    for (kind, edition, text) in TEMPLATES {
        let name = format!("{}.{}.json.tftpl", kind.as_str(), edition.as_str());
        let text = translate(text).map_err(|construct| TerraformError::Construct {
            template: name.clone(),
            construct: construct.to_owned(),
        })?;
        files.push(Generated { name, text });
    }
    let text = format!("{:#}\n", pods());
    files.push(Generated { name: "pods.json".to_owned(), text });
    Ok(files)
}

fn pods() -> serde_json::Value {
    let Catalogue { date, pods } = Catalogue::built_in();
    let pods: serde_json::Map<_, _> = pods
        .iter()
        .map(|pod| {
            let values = serde_json::json!({
                "account": pod.account, "writer_role": pod.writer_role,
                "verify_role": pod.verify_role, "home_region": pod.home_region,
            });
            (pod.name.clone(), values)
        })
        .collect();
    serde_json::json!({ "date": date, "pods": pods })
}

/// Translates a template to Terraform's language. The error is the construct without a counterpart.
fn translate(template: &str) -> Result<String, &str> {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        out.push_str(&literal(&rest[..at]));
        let close = if rest[at..].starts_with("{{") { "}}" } else { "%}" };
        let length = rest[at..].find(close).ok_or(&rest[at..])? + close.len();
        let construct = &rest[at..at + length];
        out.push_str(&counterpart(construct).ok_or(construct)?);
        rest = &rest[at + length..];
    }
    out.push_str(&literal(rest));
    Ok(out)
}

fn literal(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

fn counterpart(construct: &str) -> Option<String> {
    let inside: Vec<&str> = construct.get(2..construct.len() - 2)?.split_whitespace().collect();
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    match (&construct[..2], inside.as_slice()) {
        ("{{", [name]) if is_name(name) => Some(format!("${{{name}}}")),
        ("{{", [name, "|", "jsonencode"]) if is_name(name) => Some(format!("${{jsonencode({name})}}")),
        // A value that was not given is empty, in both languages.
        ("{%", ["if", name]) if is_name(name) => Some(format!("%{{ if length({name}) > 0 }}")),
        ("{%", ["else"]) => Some("%{ else }".to_owned()),
        ("{%", ["endif"]) => Some("%{ endif }".to_owned()),
        _ => None,
    }
}

/// Writes every file into `folder`.
///
/// # Errors
/// If a file cannot be generated or written.
pub fn write(folder: &Path) -> Result<(), TerraformError> {
    let failed = |path: &Path, source| TerraformError::File { path: path.to_owned(), source };
    fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
    for file in generated()? {
        let path = folder.join(&file.name);
        fs::write(&path, file.text).map_err(|source| failed(&path, source))?;
    }
    Ok(())
}

/// The differences between `folder` and the files that [`write()`] would write.
///
/// # Errors
/// If the files cannot be generated, or the folder cannot be read.
pub fn drift(folder: &Path) -> Result<Vec<Drift>, TerraformError> {
    let failed = |path: &Path, source| TerraformError::File { path: path.to_owned(), source };
    let files = generated()?;
    let mut found = Vec::new();
    for file in &files {
        let path = folder.join(&file.name);
        match bounded::read_file(&path, bounded::GENERATED) {
            Ok(bytes) if bytes == file.text.as_bytes() => {}
            Ok(_) => found.push(Drift::Differs(file.name.clone())),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => found.push(Drift::Differs(file.name.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => found.push(Drift::Missing(file.name.clone())),
            Err(source) => return Err(failed(&path, source)),
        }
    }
    let entries = fs::read_dir(folder).map_err(|source| failed(folder, source))?;
    for entry in entries {
        let entry = entry.map_err(|source| failed(folder, source))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !files.iter().any(|file| file.name == name) {
            found.push(Drift::Unknown(name));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_construct_has_one_counterpart() {
        for (template, expected) in [
            ("\"{{ bucket }}/*\"", "\"${bucket}/*\""),
            ("{{ list | jsonencode }}", "${jsonencode(list)}"),
            ("{% if folder %}a{% else %}b{% endif %}", "%{ if length(folder) > 0 }a%{ else }b%{ endif }"),
            ("${aws:username} %{ x }", "$${aws:username} %%{ x }"),
            ("no construct", "no construct"),
        ] {
            assert_eq!(translate(template).unwrap(), expected);
        }
        for (template, construct) in [
            ("a {{ x | upper }} b", "{{ x | upper }}"),
            ("{% for x in y %}", "{% for x in y %}"),
            ("{% if not x %}", "{% if not x %}"),
            ("{{ x", "{{ x"),
        ] {
            assert_eq!(translate(template).unwrap_err(), construct);
        }
    }
}
