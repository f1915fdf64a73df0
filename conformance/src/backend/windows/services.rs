//! The names under which a scenario's services are really installed, so that none of the machine's own is ever meant.

use rstmgr_fixture::service;

use super::folder::PREFIX;

/// The name of a service in the world of the run with this folder.
pub(super) fn name(folder: &str, short_name: &str) -> String {
    format!("{}{short_name}", start(folder))
}

/// What the names of all services of a run begin with.
pub(super) fn start(folder: &str) -> String {
    format!("{}{}-", service::PREFIX, folder.strip_prefix(PREFIX).unwrap_or(folder))
}

/// Removes all services of a run that was killed, by its folder.
pub(super) fn remove_all(folder: &str) {
    let start = start(folder);
    for name in service::installed().unwrap_or_default() {
        if name.starts_with(&start) {
            // The next run tries it again.
            let _left = service::remove(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_of_a_run_have_its_name() {
        assert_eq!(name("rstmgr-x7Pq2w", "Spooler"), "rstmgr-fixture-x7Pq2w-Spooler");
    }
}
