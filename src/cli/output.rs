//! Where reports go: stdout in one form, and files in the form of their extension.

use std::fs::File;
use std::io::{self, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use crate::report::{
    ComparisonReport, ConformanceReport, ExplanationReport, Form, ForwardingReport, SelfTestReport, UnknownForm,
    ValidationReport, write_comparison_table, write_conformance_badge, write_conformance_html, write_conformance_junit,
    write_conformance_markdown, write_conformance_table, write_document, write_explanation_table,
    write_forwarding_table, write_lines, write_self_test_table, write_validation_junit, write_validation_markdown,
    write_validation_sarif, write_validation_table,
};

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArgs {
    /// The form of the report on stdout: human, json (one document), jsonl (one object a line); for some reports also
    /// junit, markdown, sarif, html and badge
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Form,
    /// Write the report to a file too, in the form of its ending (.txt, .json, .jsonl; where there is such a form .xml
    /// for junit, .md, .sarif, .html, badge.json); repeatable
    #[arg(long = "report", value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// A report, and the forms that it has.
pub(crate) trait Written {
    const FORMS: &'static [Form] = &Form::BASIC;

    fn write(&self, form: Form, out: &mut dyn Write) -> io::Result<()>;
}

impl Written for ConformanceReport {
    const FORMS: &'static [Form] =
        &[Form::Human, Form::Json, Form::Jsonl, Form::Junit, Form::Markdown, Form::Html, Form::Badge];

    fn write(&self, form: Form, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Human => write_conformance_table(self, out),
            Form::Json => write_document(self, out),
            Form::Jsonl => write_lines(self.lines(), out),
            Form::Junit => write_conformance_junit(self, out),
            Form::Markdown => write_conformance_markdown(self, out),
            Form::Html => write_conformance_html(self, out),
            Form::Badge => write_conformance_badge(self, out),
            other => Err(unknown(other, Self::FORMS)),
        }
    }
}

impl Written for ForwardingReport {
    fn write(&self, form: Form, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Human => write_forwarding_table(self, out),
            Form::Json => write_document(self, out),
            Form::Jsonl => write_lines([self], out),
            other => Err(unknown(other, Self::FORMS)),
        }
    }
}

impl Written for ExplanationReport {
    fn write(&self, form: Form, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Human => write_explanation_table(self, out),
            Form::Json => write_document(self, out),
            Form::Jsonl => write_lines(&self.batches, out),
            other => Err(unknown(other, Self::FORMS)),
        }
    }
}

impl Written for ComparisonReport {
    fn write(&self, form: Form, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Human => write_comparison_table(self, out),
            Form::Json => write_document(self, out),
            Form::Jsonl => write_lines([self], out),
            other => Err(unknown(other, Self::FORMS)),
        }
    }
}

impl Written for SelfTestReport {
    fn write(&self, form: Form, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Human => write_self_test_table(self, out),
            Form::Json => write_document(self, out),
            Form::Jsonl => write_lines(&self.liars, out),
            other => Err(unknown(other, Self::FORMS)),
        }
    }
}

impl Written for ValidationReport {
    const FORMS: &'static [Form] = &[Form::Human, Form::Json, Form::Jsonl, Form::Junit, Form::Markdown, Form::Sarif];

    fn write(&self, form: Form, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Human => write_validation_table(self, out),
            Form::Json => write_document(self, out),
            Form::Jsonl => write_lines(self.lines(), out),
            Form::Junit => write_validation_junit(self, out),
            Form::Markdown => write_validation_markdown(self, out),
            Form::Sarif => write_validation_sarif(self, out),
            other => Err(unknown(other, Self::FORMS)),
        }
    }
}

/// A report is asked for a form that it does not have: `open` refuses that before the work.
pub(crate) fn unknown(form: Form, forms: &[Form]) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, UnknownForm::name(form.as_str(), forms))
}

/// Report files, opened before the work so that a path that cannot be written is known in time.
#[derive(Debug)]
pub(crate) struct Reports<R> {
    form: Form,
    files: Vec<(PathBuf, Form, File)>,
    of: PhantomData<fn(&R)>,
}

/// A report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the report `{}`", path.display())]
struct ReportError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// Two files that must not be one.
#[derive(Debug, thiserror::Error)]
#[error("`{}` is read or written by this run otherwise: name another file", .0.display())]
struct SameFileError(PathBuf);

/// What tells one file from another, however it is spelled and whatever links there are to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// The device and the number on it.
    #[cfg(unix)]
    Number(u64, u64),
    /// Where it is, or is going to be.
    Place(PathBuf),
}

impl Identity {
    pub(crate) fn of(path: &Path) -> Self {
        #[cfg(unix)]
        if let Ok(found) = path.metadata() {
            use std::os::unix::fs::MetadataExt;
            return Self::Number(found.dev(), found.ino());
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let place = path.canonicalize().ok().or_else(|| Some(folder.canonicalize().ok()?.join(path.file_name()?)));
        Self::Place(place.unwrap_or_else(|| path.to_owned()))
    }
}

impl ReportArgs {
    /// Sees to it that nothing is written over what is read, or twice to one file.
    pub(crate) fn keep_apart<'a>(
        &'a self,
        read: impl IntoIterator<Item = &'a PathBuf>,
        written: impl IntoIterator<Item = &'a PathBuf>,
    ) -> Result<(), Failure> {
        let mut taken: Vec<Identity> = read.into_iter().map(|path| Identity::of(path)).collect();
        for path in self.files.iter().chain(written) {
            let same = Identity::of(path);
            // A device such as `/dev/null` takes whatever comes.
            let is_device = path.exists() && !path.is_file();
            if !is_device && taken.contains(&same) {
                return Err(Failure::usage(SameFileError(path.clone())));
            }
            taken.push(same);
        }
        Ok(())
    }

    /// Whether a report goes to this file.
    pub(crate) fn writes(&self, path: &Path) -> bool {
        // Two spellings of one file are rarely met; its name tells most others apart without asking the system.
        self.files.iter().any(|file| {
            file.file_name() == path.file_name()
                && file.canonicalize().ok().is_some_and(|file| path.canonicalize().is_ok_and(|path| path == file))
        })
    }

    pub(crate) fn open<R: Written>(&self) -> Result<Reports<R>, Failure> {
        if !R::FORMS.contains(&self.format) {
            return Err(Failure::usage(UnknownForm::name(self.format.as_str(), R::FORMS)));
        }
        let mut files = Vec::with_capacity(self.files.len());
        for path in &self.files {
            let form = Form::of_file(path, R::FORMS).map_err(Failure::usage)?;
            let file =
                File::create(path).map_err(|source| Failure::usage(ReportError { path: path.clone(), source }))?;
            files.push((path.clone(), form, file));
        }
        Ok(Reports { form: self.format, files, of: PhantomData })
    }
}

impl<R: Written> Reports<R> {
    pub(crate) fn write(self, report: &R, quiet: bool) -> Result<(), Failure> {
        for (path, form, file) in self.files {
            let mut out = anstream::StripStream::new(file);
            report.write(form, &mut out).map_err(|source| Failure::usage(ReportError { path, source }))?;
        }
        if quiet && self.form == Form::Human {
            return Ok(());
        }
        let mut out = anstream::AutoStream::auto(io::stdout().lock());
        match report.write(self.form, &mut out).and_then(|()| out.flush()) {
            // The reader has had enough, as with `| head`.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(source) => Err(Failure::usage(ReportError { path: "-".into(), source })),
            Ok(()) => Ok(()),
        }
    }
}
