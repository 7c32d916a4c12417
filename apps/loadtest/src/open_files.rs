//! How many open files this process may have: every person is one.

use std::fs;

use crate::problem::Problem;

/// Files that are open besides those of the people.
const OWN: u64 = 100;

/// Whether so many people may connect from this process.
pub(crate) fn check(people: usize) -> Result<(), Problem> {
    match fs::read_to_string("/proc/self/limits") {
        Ok(limits) => enough(&limits, people),
        // Another system than Linux: it will say so itself, one connection at a time.
        Err(_) => Ok(()),
    }
}

fn enough(limits: &str, people: usize) -> Result<(), Problem> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let allowed = line.and_then(|line| line.split_whitespace().next()).and_then(|soft| soft.parse().ok());
    let needed = u64::try_from(people).unwrap_or(u64::MAX).saturating_add(OWN);
    match allowed {
        Some(allowed) if allowed < needed => Err(Problem::OpenFiles { people, needed, allowed }),
        // "unlimited" is no number.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_people_are_told_before_they_come() {
        let limits = "Max cpu time   unlimited unlimited seconds\nMax open files   1024   4096   files\n";
        enough(limits, 924).unwrap();
        let said = enough(limits, 925).unwrap_err().to_string();
        assert!(said.contains("1025") && said.contains("1024") && said.contains("ulimit -n"), "{said}");
        enough("Max open files   unlimited   unlimited   files\n", usize::MAX).unwrap();
    }
}
