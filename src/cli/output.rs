//! Writes reports: to stdout in one format, and to files in the format of their extension.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PathBufValueParser, PossibleValuesParser, TypedValueParser};

use super::output_file::OutputFile;
use super::{ExitCode, Failure};
use crate::report::model::{Report, Summary};
use crate::report::write::{DEFAULT_WIDTH, wrap, write};
use crate::report::{
    ComparisonReport, ExplanationReport, Format, ForwardingReport, UnknownFormat, write_comparison_table,
    write_document, write_explanation_table, write_forwarding_table, write_lines,
};

/// The options of a command with the report `R`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArgs<R: Written> {
    /// The format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = format_parser::<R>())]
    format: Format,
    #[arg(long = "report", value_name = "FILE", value_parser = file_parser::<R>(), help = file_help::<R>())]
    files: Vec<ReportFile>,
    #[arg(skip)]
    report: PhantomData<fn() -> R>,
}

/// A report file, and the format of its extension.
#[derive(Debug, Clone)]
struct ReportFile {
    path: PathBuf,
    format: Format,
}

fn format_parser<R: Written>() -> impl TypedValueParser<Value = Format> {
    one_of(R::FORMATS)
}

/// A parser for the names of these formats, which lists them in the help.
pub(crate) fn one_of(formats: &[Format]) -> impl TypedValueParser<Value = Format> {
    let names = formats.iter().map(|format| format.as_str());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Format>())
}

/// The formats of a command with an answer instead of a report.
pub(crate) const ANSWER: &[Format] = &[Format::Human, Format::Json];

fn file_parser<R: Written>() -> impl TypedValueParser<Value = ReportFile> {
    PathBufValueParser::new().try_map(|path| -> Result<ReportFile, UnknownFormat> {
        let format = Format::of_file(&path, R::FORMATS)?;
        Ok(ReportFile { path, format })
    })
}

fn file_help<R: Written>() -> String {
    let extensions: Vec<&str> = R::FORMATS.iter().filter_map(|format| format.extension()).collect();
    format!("Also write the report to a file, in the format of its extension ({}); repeatable", extensions.join(", "))
}

/// A report with its formats.
pub(crate) trait Written: 'static {
    const FORMATS: &'static [Format] = &Format::BASIC;

    /// Writes the report. Tables are at most `width` columns wide.
    fn write(&self, format: Format, width: usize, out: &mut dyn Write) -> io::Result<()>;
}

impl<T: Summary + 'static> Written for Report<T> {
    const FORMATS: &'static [Format] = T::FORMATS;

    fn write(&self, format: Format, width: usize, out: &mut dyn Write) -> io::Result<()> {
        write(self, format, Some(width), out)
    }
}

impl Written for ForwardingReport {
    fn write(&self, format: Format, _: usize, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human => write_forwarding_table(self, out),
            Format::Json => write_document(self, out),
            Format::Jsonl => write_lines([self], out),
            other => Err(unknown(other, Self::FORMATS)),
        }
    }
}

impl Written for ExplanationReport {
    fn write(&self, format: Format, _: usize, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human => write_explanation_table(self, out),
            Format::Json => write_document(self, out),
            Format::Jsonl => write_lines(&self.batches, out),
            other => Err(unknown(other, Self::FORMATS)),
        }
    }
}

impl Written for ComparisonReport {
    fn write(&self, format: Format, width: usize, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human => write_comparison_table(self, width, out),
            Format::Json => write_document(self, out),
            Format::Jsonl => write_lines([self], out),
            other => Err(unknown(other, Self::FORMATS)),
        }
    }
}

/// The error for a format that is not offered. `ReportArgs` already refuses it before the work.
pub(crate) fn unknown(format: Format, formats: &[Format]) -> io::Error {
    UnknownFormat::name(format.as_str(), formats).into()
}

/// A report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the report `{}`", path.display())]
struct ReportError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// Two files of a run are the same file.
#[derive(Debug, thiserror::Error)]
#[error("this run also reads or writes `{}`: use another file", .0.display())]
struct SameFileError(PathBuf);

/// The identity of a file, independent of the spelling of its path and of links.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    /// The device, and the file's number on it.
    #[cfg(unix)]
    Number(u64, u64),
    /// The absolute path.
    Path(PathBuf),
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
        Self::Path(place.unwrap_or_else(|| path.to_owned()))
    }
}

impl<R: Written> ReportArgs<R> {
    /// Refuses to overwrite an input, or to write one file twice.
    pub(crate) fn keep_apart<'a>(
        &'a self,
        read: impl IntoIterator<Item = impl AsRef<Path>>,
        written: impl IntoIterator<Item = &'a PathBuf>,
    ) -> Result<(), Failure> {
        let mut taken: Vec<Identity> = read.into_iter().map(|path| Identity::of(path.as_ref())).collect();
        for path in self.paths().chain(written.into_iter().map(PathBuf::as_path)) {
            let same = Identity::of(path);
            // A device such as `/dev/null` can be written to any number of times.
            let is_device = path.exists() && !path.is_file();
            if !is_device && taken.contains(&same) {
                return Err(Failure::usage(SameFileError(path.to_owned())));
            }
            taken.push(same);
        }
        Ok(())
    }

    /// The report files.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|file| file.path.as_path())
    }

    /// Whether a report is written to this file.
    pub(crate) fn writes(&self, path: &Path) -> bool {
        // The name excludes most other files without a system call.
        self.paths().any(|file| {
            file.file_name() == path.file_name()
                && file.canonicalize().ok().is_some_and(|file| path.canonicalize().is_ok_and(|path| path == file))
        })
    }

    /// Checks before the work that every report file can be written. Existing files are not changed.
    pub(crate) fn open(&self) -> Result<Reports<R>, Failure> {
        self.open_as()
    }

    /// The same for another report with the same formats.
    pub(crate) fn open_as<Q: Written>(&self) -> Result<Reports<Q>, Failure> {
        let mut files = Vec::with_capacity(self.files.len());
        for file in &self.files {
            let direct = file.open().map_err(|source| Failure::usage(file.error(source)))?;
            files.push((file.clone(), direct));
        }
        Ok(Reports { format: self.format, files, report: PhantomData })
    }
}

impl ReportFile {
    fn open(&self) -> io::Result<Option<File>> {
        OutputFile(self.path.clone()).open()
    }

    fn write<R: Written>(&self, direct: Option<File>, report: &R) -> io::Result<()> {
        let mut out = anstream::StripStream::new(Vec::new());
        report.write(self.format, DEFAULT_WIDTH, &mut out)?;
        OutputFile(self.path.clone()).write(direct, &out.into_inner())
    }

    fn error(&self, source: io::Error) -> ReportError {
        ReportError { path: self.path.clone(), source }
    }
}

/// The destinations of a run's reports. Until [`Reports::write`], nothing is written and no file is left behind.
#[derive(Debug)]
pub(crate) struct Reports<R> {
    format: Format,
    files: Vec<(ReportFile, Option<File>)>,
    report: PhantomData<fn(&R)>,
}

impl<R: Written> Reports<R> {
    /// Writes the report of a run, including one that ended early, and returns the exit code: `code`, or a worse one if
    /// a report could not be written. Errors are printed.
    pub(crate) fn finish(self, report: &R, quiet: bool, code: ExitCode) -> ExitCode {
        match self.write(report, quiet) {
            Ok(()) => code,
            Err(failure) => {
                say!("error: {}", super::chain(failure.error.as_ref()));
                if code == ExitCode::Target { code } else { failure.code }
            }
        }
    }

    /// Writes the report to stdout, then to each file. After an error, the other files are still written. The first
    /// error is returned, the others are printed.
    pub(crate) fn write(self, report: &R, quiet: bool) -> Result<(), Failure> {
        let mut errors = Vec::new();
        if !(quiet && self.format == Format::Human) {
            errors.extend(self.write_stdout(report).err());
        }
        for (file, direct) in self.files {
            errors.extend(file.write(direct, report).err().map(|source| file.error(source)));
        }
        let mut errors = errors.into_iter();
        let first = errors.next();
        errors.for_each(|error| say!("error: {}", super::chain(&error)));
        first.map_or(Ok(()), |error| Err(Failure::usage(error)))
    }

    fn write_stdout(&self, report: &R) -> Result<(), ReportError> {
        let mut out = anstream::AutoStream::auto(io::stdout().lock());
        match report.write(self.format, stdout_width(), &mut out).and_then(|()| out.flush()) {
            // The reader has closed the pipe, as with `| head`.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(source) => Err(ReportError { path: "-".into(), source }),
            Ok(()) => Ok(()),
        }
    }
}

/// stdout could not be written.
#[derive(Debug, thiserror::Error)]
#[error("failed to write to stdout")]
struct StdoutError(#[from] io::Error);

/// Prints an answer on stdout.
pub(crate) fn print(text: &str) -> Result<ExitCode, Failure> {
    written(anstream::stdout().write_all(text.as_bytes()))
}

/// Prints lines of text on stdout, wrapped to the width of a terminal. In a pipe they stay as they are, for `grep`.
pub(crate) fn print_lines(text: &str) -> Result<ExitCode, Failure> {
    match io::stdout().is_terminal() {
        true => print(&text.lines().map(|line| wrapped(line, stdout_width())).collect::<String>()),
        false => print(text),
    }
}

/// A line in lines of at most `width` columns. Those after the first begin below its last column.
fn wrapped(line: &str, width: usize) -> String {
    let (names, text) = line.split_at(line.rfind("  ").map_or(0, |gap| gap + 2));
    if names.len() > width / 2 {
        return format!("{}\n    {}\n", names.trim_end(), wrap(text, width - 4).join("\n    "));
    }
    let indent = format!("\n{}", " ".repeat(names.len()));
    format!("{names}{}\n", wrap(text, width - names.len()).join(&indent))
}

/// The end of a command that wrote to stdout. A closed pipe, as with `| head`, is not an error.
pub(crate) fn written(result: io::Result<()>) -> Result<ExitCode, Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::usage(StdoutError(error))),
        _ => Ok(ExitCode::Good),
    }
}

/// The width of a table on stdout: the terminal's width, or at most [`DEFAULT_WIDTH`] in a pipe.
fn stdout_width() -> usize {
    if io::stdout().is_terminal()
        && let Some((terminal_size::Width(width), _)) = terminal_size::terminal_size_of(io::stdout())
    {
        return usize::from(width).max(MIN_WIDTH);
    }
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(DEFAULT_WIDTH).clamp(MIN_WIDTH, DEFAULT_WIDTH)
}

/// A narrower table cannot be read.
const MIN_WIDTH: usize = 40;

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn a_line_is_wrapped_below_its_last_column() {
        assert_eq!(wrapped("  U-1  one two three", 14), "  U-1  one two\n       three\n");
        assert_eq!(wrapped("a_long_name  one two three", 14), "a_long_name\n    one two\n    three\n");
        assert_eq!(wrapped("one two", 14), "one two\n");
    }
}
