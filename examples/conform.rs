//! Runs the conformance tests on a forwarder of your own, with an S3 server in this process. Needs the features
//! `conform` and `forward`.

use std::error::Error;

use async_trait::async_trait;
use mp_forwarding::conform::{Material, Scenario, Subject, SubjectError, Suite, Target, plans};
use mp_forwarding::forward::{Engine, FixedClock, Input, NdjsonSource};
use mp_forwarding::report::Fates;
use mp_forwarding::settings::Settings;

struct MyForwarder;

#[async_trait]
impl Subject for MyForwarder {
    fn name(&self) -> String {
        "my forwarder".to_owned()
    }

    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError> {
        // Your forwarder replaces this body. It reads `scenario.input` and writes to `scenario.writer`.
        let failed = |error: &dyn Error| SubjectError(error.to_string());
        let engine = Engine::builder(scenario.settings.clone(), scenario.writer.clone());
        let engine = match scenario.clock {
            Some(time) => engine.clock(FixedClock(time)).build(),
            None => engine.build(),
        };
        let input = Input::Text { name: scenario.name.clone(), text: scenario.input.clone() };
        let mut source = NdjsonSource::start(&[input], 16 << 20).map_err(|error| failed(&error))?;
        let summary = engine.run(&mut source, std::future::pending()).await.map_err(|error| failed(&error))?;
        Ok(Some(summary.fates.to_report()))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let settings = Settings::from_toml(
        r#"connection = { s3_bucket_name = "mp-forwarding-mine", store_data_in_folders_by_date = "none" }"#,
    )?;
    let input = std::fs::read("examples/batches.ndjson")?;
    let cases = plans(&settings.connection.s3_bucket_name);
    let material = Material { settings, input: input.into(), clock: None, first_batch: None };
    // The S3 server runs as long as the target exists.
    let target = Target::embedded(None).await?;
    let scenarios = target.scenarios(cases, &material).await?;
    let report = Suite::new(&MyForwarder).scenarios(scenarios).run().await?;
    let failed: Vec<_> = report.failed().collect();
    println!("{} checks, {} failed", report.checks.len(), failed.len());
    assert!(failed.is_empty(), "{failed:?}");
    Ok(())
}
