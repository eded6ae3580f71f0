//! Checks the objects with a prefix in a bucket. Needs the features `explain` and `s3`, and here `embedded` for a
//! bucket in this process.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use mp_forwarding::contract::schema::{Edition, Form};
use mp_forwarding::store::{Embedded, Object, S3Store, Store};
use mp_forwarding::validate::{Bucket, Options, validate};

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    // For a bucket at AWS: `S3Store::connect(S3Config { … })`.
    let server = runtime.block_on(Embedded::start(None))?;
    let store = runtime.block_on(async {
        let store = S3Store::connect(server.config("mp-forwarding-example")).await?;
        store.create_bucket().await?;
        store.put(&object("2020-07-23/mPTravel_20200723222053908000_00001.txt")).await?;
        Ok::<_, Box<dyn Error>>(store)
    })?;

    // Readers block, so they run outside the runtime that sends the requests.
    let bucket =
        Bucket::new("mp-forwarding-example", Arc::new(store), runtime.handle().clone(), Duration::from_secs(60));
    let inputs = bucket.list("2020-07-23/", &|_count| ())?;
    let options = Options::new(Edition { form: Form::Outbound, strict: false });
    let report = validate(&inputs, &options, &|_bytes_read| ()).into_report(&inputs, &options);
    println!("{} objects: {}", inputs.len(), report.verdict().as_str());
    assert!(report.is_ok(), "{:?}", report.findings);
    Ok(())
}

fn object(key: &str) -> Object {
    let body = b"{\"events\":[],\"environment\":\"production\"}\n".as_slice().into();
    Object { key: key.to_owned(), body, content_type: "text/plain", encryption: None, acl: None }
}
