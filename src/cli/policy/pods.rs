//! `mp-forwarding policy pods`

use super::print;
use crate::access::{Catalogue, Partition};
use crate::cli::output::{ANSWER, one_of};
use crate::cli::replaced::replaced_by;
use crate::cli::{ExitCode, Failure};
use crate::report::Format;
use crate::report::model::Cell;
use crate::report::write::write_table;

/// Print mParticle's pods and their AWS roles, with the date of these values
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The AWS partition of the ARNs: aws, aws-cn or aws-us-gov
    #[arg(long, value_name = "PARTITION", default_value = "aws")]
    partition: Partition,
    /// The format of the output
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = one_of(ANSWER))]
    format: Format,
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "", value_parser = replaced_by("--format json"))]
    json: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let catalogue = Catalogue::built_in();
    if args.format == Format::Json {
        let pods: Vec<_> = catalogue
            .pods
            .iter()
            .map(|pod| {
                let roles = pod.roles(args.partition);
                serde_json::json!({
                    "name": pod.name, "account": pod.account, "writer_role": pod.writer_role,
                    "verify_role": pod.verify_role, "home_region": pod.home_region,
                    "writer_role_arn": roles.writer, "verify_role_arn": roles.verify,
                })
            })
            .collect();
        print(&format!("{:#}\n", serde_json::json!({ "date": catalogue.date, "pods": pods })))?;
        return Ok(ExitCode::Good);
    }
    let rows: Vec<Vec<Cell>> = catalogue
        .pods
        .iter()
        .map(|pod| {
            let roles = pod.roles(args.partition);
            [&pod.name, &pod.home_region, &roles.writer, &roles.verify].map(Cell::text).to_vec()
        })
        .collect();
    let mut table = anstream::StripStream::new(Vec::new());
    let columns = ["pod", "home region", "writer role", "verify role"];
    // The table is not wrapped, because an ARN on two lines cannot be copied.
    write_table(&columns, &rows, usize::MAX, &mut table).map_err(Failure::usage)?;
    let table = String::from_utf8_lossy(&table.into_inner()).into_owned();
    print(&format!(
        "{table}\nas of {}; if mParticle gave you other values, use --account, --writer-role and --verify-role\n",
        catalogue.date
    ))?;
    Ok(ExitCode::Good)
}
