//! What changes of the monitor are noticed, taken back and forgotten.

use super::*;

/// Takes a part to change it, which counts as a change.
fn touch<T>(part: &mut Tracked<T>) {
    let _: &mut T = &mut *part;
}

#[test]
fn each_part_that_is_touched_is_a_change_until_it_is_taken_back_or_forgotten() {
    let source = Monitor::new(&World::new(), &Profile::windows_11());
    let parts: [fn(&mut Monitor); 10] = [
        |monitor| touch(&mut monitor.processes),
        |monitor| touch(&mut monitor.services),
        |monitor| touch(&mut monitor.sessions),
        |monitor| touch(&mut monitor.handles),
        |monitor| touch(&mut monitor.calls),
        |monitor| touch(&mut monitor.opened),
        |monitor| touch(&mut monitor.requested),
        |monitor| touch(&mut monitor.faults),
        |monitor| touch(&mut monitor.mutex),
        |monitor| touch(&mut monitor.has_changed_files),
    ];
    let mut monitor = source.clone();
    monitor.forget_changes();
    assert!(!monitor.is_changed());
    for (place, change) in parts.iter().enumerate() {
        change(&mut monitor);
        assert!(monitor.is_changed(), "{place}");
        if place % 2 == 0 {
            monitor.undo_changes(&source);
        } else {
            monitor.forget_changes();
        }
        assert!(!monitor.is_changed(), "{place}");
    }
}
