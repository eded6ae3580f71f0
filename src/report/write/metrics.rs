//! Writes metrics in the text format of Prometheus.

use std::io::{self, Write};

/// A metric with its samples.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Metric {
    /// The name without `mp_forwarding_`. That of a counter ends in `_total`.
    pub(crate) name: String,
    pub(crate) help: &'static str,
    /// The name and value of the label, if it has one, and the value of each sample.
    pub(crate) samples: Vec<(Option<(&'static str, String)>, f64)>,
}

impl Metric {
    /// A metric with one value.
    pub(crate) fn new(name: impl Into<String>, help: &'static str, value: f64) -> Self {
        Self { name: name.into(), help, samples: vec![(None, value)] }
    }

    /// A metric with a value for each value of a label.
    pub(crate) fn labelled(
        name: impl Into<String>,
        help: &'static str,
        label: &'static str,
        samples: impl IntoIterator<Item = (String, f64)>,
    ) -> Self {
        let samples = samples.into_iter().map(|(of, value)| (Some((label, of)), value)).collect();
        Self { name: name.into(), help, samples }
    }
}

/// Writes metrics in the order given.
pub(crate) fn write_metrics(metrics: &[Metric], out: &mut dyn Write) -> io::Result<()> {
    for Metric { name, help, samples } in metrics {
        let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
        let name = format!("mp_forwarding_{name}");
        writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")?;
        for (label, value) in samples {
            match label {
                None => writeln!(out, "{name} {value}")?,
                Some((label, of)) => writeln!(out, "{name}{{{label}=\"{}\"}} {value}", escaped(of))?,
            }
        }
    }
    Ok(())
}

/// A label's value. Others than this program can choose it.
fn escaped(value: &str) -> String {
    crate::visible::visible(value).replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_labels_are_written_as_prometheus_reads_them() {
        let metrics = [
            Metric::new("age_seconds", "An age.", 0.25),
            Metric::labelled("retries_total", "Retries.", "cause", [("Slow\"Down\n".to_owned(), 3.0)]),
        ];
        let mut text = Vec::new();
        write_metrics(&metrics, &mut text).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "# HELP mp_forwarding_age_seconds An age.\n# TYPE mp_forwarding_age_seconds gauge\nmp_forwarding_age_seconds 0.25\n\
             # HELP mp_forwarding_retries_total Retries.\n# TYPE mp_forwarding_retries_total counter\n\
             mp_forwarding_retries_total{cause=\"Slow\\\"Down\\\\n\"} 3\n"
        );
    }
}
