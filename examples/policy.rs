//! Renders the bucket policy that lets mParticle write, and checks it. Needs no feature.

use std::error::Error;

use mp_forwarding::access::lint::{Expectations, lint};
use mp_forwarding::access::render::{Edition, Inputs, Kind, render};
use mp_forwarding::access::{Catalogue, Partition, Policy};

fn main() -> Result<(), Box<dyn Error>> {
    let mut inputs = Inputs::new("mp-forwarding-acme".parse()?);
    inputs.roles = Some(Catalogue::built_in().find("us1")?.roles(Partition::Aws));
    let document = render(Kind::Bucket, Edition::Strict, &inputs)?;
    println!("{document:#}");

    let text = document.to_string();
    let expected = Expectations { bucket: Some(inputs.bucket), roles: inputs.roles, ..Expectations::default() };
    let faults = lint(&Policy::parse(&text)?, text.len(), &expected);
    assert!(faults.is_empty(), "{faults:?}");
    Ok(())
}
