//! What a seed gives, it gives for ever, on every platform: the same cases, machines and simpler cases.
//!
//! A case of a report can be run again only as long as this holds, so every change here is to be on purpose.

use std::fmt::Write as _;

use rstmgr_model::{Monitor, SessionHandle};
use rstmgr_sim::search::{
    Case, Cases, Finding, Habit, Referee, RunStep, arguments, run, seed_of_case, shrink,
};
use rstmgr_sim::{Feature, Simulator, Workload, random_machine};

/// FNV-1a, over everything that is written to it.
struct Digest(u64);

impl std::fmt::Write for Digest {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

/// One number for many texts.
fn digest(texts: impl Iterator<Item = String>) -> u64 {
    let mut digest = Digest(0xcbf2_9ce4_8422_2325);
    texts.for_each(|text| writeln!(digest, "{text}").expect("a digest takes everything"));
    digest.0
}

/// What a case says, and everything that it is.
fn told(case: &Case) -> String {
    format!("{case}{case:?}")
}

#[test]
fn the_cases_of_a_seed_stay() {
    let usual = Cases::default();
    assert_eq!(
        digest((0..600).map(|number| told(&usual.case(seed_of_case(0, number))))),
        0x57ae_39c6_903f_6937
    );
    let few = Cases {
        profile: Some("documented"),
        turns_knobs: false,
        applications: 2..=3,
        calls: 5..=9,
        without: vec![Habit::Joining, Habit::Faults, Habit::Rebooting],
    };
    assert_eq!(digest((0..200).map(|seed| told(&few.case(seed)))), 0x5dcc_881c_7453_d2bb);
    let again = (0..100).map(|seed| format!("{:?}", few.program(&usual.case(seed).scene, seed)));
    assert_eq!(digest(again), 0x5336_4c24_e016_a29b);
}

/// Writes down what is done in a case.
#[derive(Default)]
struct Inputs(Vec<String>);

impl Referee for Inputs {
    fn begin(&mut self, _: &Simulator) {}

    fn watch(&mut self, step: &RunStep<'_>) -> Option<Finding> {
        self.0.push(format!("{:?}", step.input));
        None
    }
}

/// Who acts when depends on what came out before, so this changes with what the machine does, too.
#[test]
fn what_is_done_in_the_cases_of_a_seed_stays() {
    let usual = Cases::default();
    let done = (0..400).flat_map(|number| {
        let mut inputs = Inputs::default();
        run(&usual.case(seed_of_case(0, number)), &mut inputs);
        inputs.0
    });
    assert_eq!(digest(done), 0x5b97_f2da_b7d8_b05b);
    assert_eq!(digest((0..8).map(arguments)), 0x5a9e_67a9_52a8_e140);
}

/// Writes down the bytes of each state of the machine, and of who watches it.
#[derive(Default)]
struct States {
    monitor: Option<Monitor>,
    machines: Vec<String>,
    monitors: Vec<String>,
}

impl Referee for States {
    fn begin(&mut self, simulator: &Simulator) {
        let machine = simulator.machine();
        self.monitor = Some(Monitor::new(machine.world(), machine.profile()));
    }

    fn watch(&mut self, step: &RunStep<'_>) -> Option<Finding> {
        let mut bytes = Vec::new();
        step.machine.encode(&mut bytes);
        self.machines.push(format!("{bytes:?}"));
        if let Some(monitor) = &mut self.monitor {
            let (world, profile) = (step.machine.world(), step.machine.profile());
            monitor.watch(world, profile, step.input, &step.observed.outputs);
            bytes.clear();
            monitor.encode(&mut bytes);
            self.monitors.push(format!("{bytes:?}"));
        }
        None
    }
}

/// A part that is left out of the bytes, or stands twice in them, shows nowhere else but in long explorations.
#[test]
fn the_bytes_of_states_stay() {
    let (mut machines, mut monitors) = (Vec::new(), Vec::new());
    for number in 0..120 {
        let mut states = States::default();
        run(&Cases::default().case(seed_of_case(0, number)), &mut states);
        machines.append(&mut states.machines);
        monitors.append(&mut states.monitors);
    }
    assert_eq!(digest(machines.into_iter()), 0x9e19_8f87_84ae_c4b6);
    assert_eq!(digest(monitors.into_iter()), 0x9cb5_4491_3313_1988);
}

#[test]
fn the_simpler_cases_of_a_case_stay() {
    let usual = Cases::default();
    // All that is offered of a case that nothing simpler stands for, and a case that gets simpler.
    let offered = (0..60).flat_map(|seed| {
        let mut offered = Vec::new();
        shrink(usual.case(seed), 5_000, &mut |case| {
            offered.push(format!("{case:?}"));
            false
        });
        offered
    });
    assert_eq!(digest(offered), 0xbbc9_582a_520c_1fec);
    let small = (0..60).map(|seed| {
        let case = usual.case(seed);
        let wanted = case.program.len() / 2;
        let files = case.scene.files.len() / 2;
        told(&shrink(case, 2_000, &mut |case| {
            case.program.len() >= wanted && case.scene.files.len() >= files
        }))
    });
    assert_eq!(digest(small), 0x0ec4_057c_f9df_4bd3);
}

#[test]
fn the_machines_of_a_seed_stay() {
    let machines = (0..400).map(|seed| {
        let machine = random_machine(seed);
        let calls = machine.calls(SessionHandle(0));
        format!("{machine:?} {calls:?}")
    });
    assert_eq!(digest(machines), 0xa85f_1902_fac9_3f2a);
    let big = Workload { applications: 20..=40, features: Feature::ALL.to_vec(), ..Workload::of_seed(0) };
    assert_eq!(digest((0..60).map(|seed| format!("{:?}", big.machine(seed)))), 0xaada_a5ef_95e5_d19d);
}
