//! Forwards a file of batches to a bucket as mParticle would. Needs the feature `forward`, and here `embedded` for a bucket
//! in this process.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use mp_forwarding::forward::{Engine, Input, NdjsonSource};
use mp_forwarding::settings::Settings;
use mp_forwarding::store::{Embedded, S3Store, Store};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "examples/batches.ndjson".to_owned());
    let settings = Settings::from_toml(
        r#"[connection]
           s3_bucket_name = "mp-forwarding-example"
           store_data_in_folders_by_date = "event_time""#,
    )?;
    // Any `Store` works. For a bucket at AWS: `S3Store::connect(S3Config { … })`.
    let server = Embedded::start(None).await?;
    let store: Arc<dyn Store> = Arc::new(S3Store::connect(server.config("mp-forwarding-example")).await?);
    store.create_bucket().await?;

    let longest_line = usize::try_from(settings.engine.max_line_bytes)?;
    let mut source = NdjsonSource::start(&[Input::from_argument(Path::new(&path))], longest_line)?;
    let engine = Engine::builder(settings, store.clone()).build();
    let summary = engine.run(&mut source, std::future::pending()).await?;
    println!("{} events written", summary.fates.written);

    for object in store.list("", None).await?.objects {
        println!("{} ({} bytes)", object.key, object.size);
    }
    Ok(())
}
