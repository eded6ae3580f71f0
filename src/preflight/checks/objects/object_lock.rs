//! Object lock.

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::counted;
use crate::store::{Expiry, ObjectLock};

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "object-lock",
    clause: None,
    title: "no object lock refuses uploads or keeps what must go",
    needs: &["s3:GetBucketObjectLockConfiguration"],
    access: None,
    evaluate,
};

/// With a default retention S3 refuses an upload without a checksum. mParticle is not known to send one.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(ObjectLock { mode, days }) = snapshot.object_lock.as_ref()? else {
        return Ok(Observed::new("off"));
    };
    let Some(mode) = mode else { return Ok(Observed::new("on, without a default retention")) };
    let period = counted(*days, "day", "days");
    let mut observed = Observed::new(format!("{mode}, {period}"));
    observed.warning(
        format!("every object is locked for {period} ({mode}), and S3 refuses uploads without Content-MD5 or another checksum: it is not documented whether mParticle sends one"),
        "remove the default retention, or ask mParticle",
    );
    let shorter =
        |rule: &&crate::store::LifecycleRule| matches!(rule.expiry, Some(Expiry::Days(expiry)) if expiry < *days);
    if snapshot.lifecycle.as_ref().is_ok_and(|rules| rules.iter().any(|rule| shorter(&rule))) {
        observed.warning(
            format!("a lifecycle rule deletes objects before the lock of {period} ends, so their versions stay"),
            "make the rule at least as long as the lock",
        );
    }
    Ok(observed)
}
