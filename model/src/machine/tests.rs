//! What a machine counts, and what it does where memory is short.

use super::*;
use crate::FirstOption;
use crate::call::{ArrayArgument, RegisterResources, Shutdown, StartSession};
use crate::world::{HowUsed, Installer, OnEnd, ProcessKind, Use};

#[test]
fn what_is_under_way_and_what_is_registered_is_counted() {
    let mut world = World::new();
    let core = world.path(r"C:\App\core.dll");
    let mut editor = world.process(r"C:\App\editor.exe", World::user(0));
    editor.kind = ProcessKind::MainWindow;
    editor.behavior.on_end = OnEnd::Leaves(std::time::Duration::from_secs(8));
    editor.uses.push(Use { path: core, how: HowUsed::Handle });
    world.add_process(editor);
    let setup = world.process(r"C:\Setup\setup.exe", World::user(0));
    let process = world.add_process(setup);
    let current_directory = String::from(r"C:\Setup");
    let by = world.add_installer(Installer {
        process,
        as_service: false,
        current_directory,
        shutdown_privilege: true,
    });
    let mut machine = Machine::new(world, Profile::windows_11());
    let handle = SessionHandle(0);
    let start = StartSession {
        flags: 0,
        null_handle: false,
        null_key: false,
        buffer_in_use: false,
        key: SessionKey(7),
    };
    let files = ArrayArgument::of(vec![Some(core)]);
    let (processes, services) = (ArrayArgument::absent(), ArrayArgument::absent());
    let mut counts = |call: Call| {
        machine.step(&Input::Call { by, call, inside: None }, &mut FirstOption, &mut Observed::default());
        let keys: Vec<SessionKey> = machine.session_keys().collect();
        let handles = machine.open_handles(by).count();
        let registered = (machine.most_registered(), machine.registered_through(by, handle));
        (keys, handles, registered, machine.calls_under_way(by), machine.operations_under_way())
    };
    let key = vec![SessionKey(7)];
    assert_eq!(counts(Call::StartSession(start)), (key.clone(), 1, (0, 0), 0, 0));
    let register = Call::RegisterResources(RegisterResources { handle, files, processes, services });
    assert_eq!(counts(register.clone()), (key.clone(), 1, (1, 1), 0, 0));
    assert_eq!(counts(register), (key.clone(), 1, (2, 2), 0, 0));
    let shutdown = Shutdown { handle, flags: 0, has_callback: false };
    assert_eq!(counts(Call::Shutdown(shutdown)), (key, 1, (2, 2), 1, 1));
}

#[test]
fn where_memory_is_short_a_call_meets_it_if_it_is_so_chosen() {
    struct Says(usize);
    impl Choices for Says {
        fn choose(&mut self, point: ChoicePoint, options: usize) -> usize {
            assert_eq!((point, options), (ChoicePoint::MemoryShortage, 2));
            self.0
        }
    }
    let mut machine = Machine::new(World::new(), Profile::windows_11());
    let fault = Event::Fault { fault: Fault::MemoryShort, active: true };
    machine.step(&Input::Event(fault), &mut FirstOption, &mut Observed::default());
    for (chosen, is_short) in [(0, false), (1, true)] {
        let (mut says, mut observed) = (Says(chosen), Observed::default());
        assert_eq!(machine.is_memory_short(&mut Context::new(&mut says, &mut observed)), is_short);
    }
}
