//! An example: a small installer is held against random worlds.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use rstmgr_model::{
    ArrayArgument, Call, FORCE_SHUTDOWN, Input, InstallerId, Output, PathId, RegisterResources, Reply,
    Restart, SessionHandle, Shutdown, StartSession,
};
use rstmgr_sim::Simulator;
use rstmgr_sim::search::{Cases, Scene, strategy};

/// How many worlds each property is held against.
const WORLDS: u32 = 500;

/// The installer's process ended.
#[derive(Debug, PartialEq, Eq)]
struct Gone;

/// A Windows on which one installer calls, and waits for each answer.
struct Windows {
    simulator: Simulator,
    by: InstallerId,
    file: PathId,
}

impl Windows {
    fn of(scene: &Scene) -> Windows {
        let (stage, machine) = scene.set();
        let (by, _) = stage.installer(0).expect("the first installer is number 0");
        // One may have been left out as the world was made small.
        let file = stage.file(0).unwrap_or(stage.installer(0).expect("it is there").1.module.0);
        Windows { simulator: Simulator::new(machine, 0).with_laws(), by, file }
    }

    /// The reply, and the handle that the call gave; an error without a code if the installer's process ends meanwhile,
    /// such as by a console event that was meant for another.
    fn call(&mut self, call: Call) -> Result<(Reply, Option<SessionHandle>), Gone> {
        self.simulator.perform(&Input::Call { by: self.by, call, inside: None });
        let outputs = &self.simulator.observed().outputs;
        let handle = outputs.iter().find_map(|output| match output {
            Output::Handle(handle) => Some(*handle),
            _ => None,
        });
        loop {
            let reply = self.simulator.observed().outputs.iter().find_map(|output| match output {
                Output::Reply(reply) | Output::Returned(_, reply) => Some(Ok((*reply, handle))),
                Output::Abandoned(_) => Some(Err(Gone)),
                _ => None,
            });
            match reply {
                Some(reply) => return reply,
                None => assert!(self.simulator.proceed(None).is_some(), "no call takes for ever"),
            }
        }
    }

    fn start(&mut self) -> Result<(Reply, Option<SessionHandle>), Gone> {
        let key = self.simulator.fresh_key();
        self.call(Call::StartSession(StartSession {
            flags: 0,
            null_handle: false,
            null_key: false,
            buffer_in_use: false,
            key,
        }))
    }

    fn open_sessions(&self) -> usize {
        self.simulator.machine().open_handles(self.by).count()
    }
}

/// The installer under test: it replaces one file, and says whether it could; `ends_always` is whether it ends its
/// session even where it gives up.
fn install(windows: &mut Windows, ends_always: bool) -> Result<bool, Gone> {
    let (Reply::Success, Some(handle)) = windows.start()? else { return Ok(false) };
    let is_done = replace(windows, handle)?;
    if ends_always || is_done {
        windows.call(Call::EndSession { handle })?;
    }
    Ok(is_done)
}

fn replace(windows: &mut Windows, handle: SessionHandle) -> Result<bool, Gone> {
    let files = ArrayArgument::of(vec![Some(windows.file)]);
    let (processes, services) = (ArrayArgument::absent(), ArrayArgument::absent());
    for call in [
        Call::RegisterResources(RegisterResources { handle, files, processes, services }),
        Call::Shutdown(Shutdown { handle, flags: FORCE_SHUTDOWN, has_callback: true }),
        // Here it replaces the file.
        Call::Restart(Restart { handle, flags: 0, has_callback: false }),
    ] {
        match windows.call(call)? {
            (Reply::Success | Reply::FailRestart, _) => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(WORLDS) })]

    #[test]
    fn a_small_installer_leaves_no_session_open(scene in strategy::scenes(Cases::default())) {
        let mut windows = Windows::of(&scene);
        let _ = install(&mut windows, true);
        prop_assert_eq!(windows.open_sessions(), 0);
        prop_assert!(windows.simulator.broken_laws().is_empty());
    }

    #[test]
    fn random_programs_keep_the_laws(case in strategy::cases(Cases::default())) {
        use rstmgr_sim::search::{Laws, run};
        prop_assert_eq!(run(&case, &mut Laws::default()).found, None);
    }
}

#[test]
fn one_that_gives_up_without_ending_is_found_in_a_small_world() {
    let config = Config { failure_persistence: None, ..Config::with_cases(WORLDS) };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let failure = runner.run(&strategy::scenes(Cases::default()), |scene| {
        let mut windows = Windows::of(&scene);
        let _ = install(&mut windows, false);
        if windows.open_sessions() == 0 { Ok(()) } else { Err(TestCaseError::fail("a session is open")) }
    });
    let Err(TestError::Fail(_, scene)) = failure else { panic!("it is not found: {failure:?}") };
    // What is left is one who cannot be stopped, and what makes the installer meet it.
    assert!(scene.applications.len() + scene.files.len() <= 2, "{scene:#?}");
    assert_eq!(install(&mut Windows::of(&scene), true), Ok(false));
}
