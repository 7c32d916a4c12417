//! `gateway roster generate`.

use std::process::ExitCode;

use homeroom_contract::{Clock as _, SystemClock};
use homeroom_roster::generate::{District, Plan};

use crate::cli::GenerateArgs;
use crate::stop::Stop;

/// Makes up a district and writes it.
pub(crate) fn generate(args: &GenerateArgs) -> Result<ExitCode, Stop> {
    if args.students == 0 {
        return Err(Stop::impossible("a district has at least one student"));
    }
    let today = args.today.unwrap_or_else(|| SystemClock.now().to_utc().date_naive());
    let district = District::generate(&Plan { seed: args.seed, ..Plan::new(args.students, today) });
    let out = &args.out;
    district
        .write_zip(out)
        .map_err(|error| Stop::failed(format!("{} could not be written", out.display()), &error))?;
    let cast = district.cast();
    println!("{}: district {} with {} students", out.display(), cast.district, args.students);
    println!(
        "teacher {}, student {}, parent {}, principal {}, class {}",
        cast.teacher, cast.student, cast.parent, cast.principal, cast.class
    );
    Ok(ExitCode::SUCCESS)
}
