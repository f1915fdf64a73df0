//! The incarnations of processes, told apart and from what is none.

use super::*;

#[test]
fn an_incarnation_is_told_by_its_id_and_its_start_time_together() {
    let mut world = World::new();
    let [editor, viewer] = [r"C:\App\editor.exe", r"C:\App\viewer.exe"].map(|path| {
        let process = world.process(path, World::user(0));
        world.add_process(process)
    });
    for (process, number) in [(editor, 0), (viewer, 0), (editor, 1), (viewer, 1), (editor, 2), (viewer, 7)] {
        let unique = world.incarnation(process, number);
        assert_eq!(world.process_of(unique), Some((process, number)));
        let first = world.incarnation(process, 0);
        assert_eq!(unique.pid - first.pid, PID_STEP * number);
        assert_eq!(unique.start_time - first.start_time, INCARNATION_TICKS * u64::from(number));
        for wrong in [
            UniqueProcess { pid: unique.pid + 1, ..unique },
            UniqueProcess { pid: unique.pid + PID_STEP, ..unique },
            UniqueProcess { start_time: unique.start_time + 1, ..unique },
            UniqueProcess { start_time: unique.start_time + INCARNATION_TICKS, ..unique },
            UniqueProcess { pid: 0, ..unique },
        ] {
            assert_eq!(world.process_of(wrong), None, "{wrong:?}");
        }
    }
}
