//! The metrics of a run.

use crate::forward::Status;
use crate::report::write::Metric;

/// The metrics of a run with this status.
pub(super) fn metrics_of(status: &Status, is_healthy: bool) -> Vec<Metric> {
    let fates = status.fates.to_report();
    let count = |count: u64| count as f64;
    let mut metrics = vec![
        Metric::new("healthy", "Whether objects are written in time.", f64::from(u8::from(is_healthy))),
        Metric::new("events_received_total", "Events in the input.", count(fates.received)),
        Metric::new("events_written_total", "Events in an object in the bucket.", count(fates.written)),
        Metric::labelled(
            "events_filtered_total",
            "Events that a setting filtered.",
            "setting",
            fates.filtered.into_iter().map(|(setting, events)| (setting, count(events))),
        ),
        Metric::new("events_quarantined_total", "Events that cannot be forwarded.", count(fates.quarantined)),
        Metric::new("events_unconfirmed", "Events whose upload got no answer.", count(fates.unconfirmed)),
        Metric::new("events_pending", "Events that have no fate yet.", count(fates.pending)),
        Metric::new("lines_total", "Input lines that were processed.", count(status.records)),
        Metric::new("objects_total", "Objects that were written.", count(status.files)),
        Metric::new("raw_bytes_total", "Text bytes in the objects before compression.", count(status.text_bytes)),
        Metric::new("stored_bytes_total", "Stored bytes of the objects.", count(status.stored_bytes)),
        Metric::labelled(
            "retries_total",
            "Attempts that were made again, by the cause of the attempt before.",
            "cause",
            status.retries.iter().map(|(cause, retries)| (cause.clone(), count(*retries))),
        ),
        Metric::new("waiting_uploads", "Uploads that wait for a cause to go away.", count(status.parked)),
        Metric::new("open_windows", "Windows of devices and sessions that are open.", count(status.open_windows)),
    ];
    if let Some(age) = status.since_written {
        metrics.push(Metric::new("last_written_age_seconds", "Time since an object was written.", age.as_secs_f64()));
    }
    if let Some(bytes) = status.spool_bytes {
        metrics.push(Metric::new("spool_bytes", "Bytes of the spool.", count(bytes)));
    }
    metrics
}
