//! Strategies of proptest, for those who test an installer of their own.
//!
//! [`scenes`] gives worlds, on which the code under test does the calling; [`cases`] gives programs too. Both are drawn
//! by a seed, and made smaller by the [`Shrinker`]: a failure ends as a small world, with a short program.
//!
//! ```
//! use proptest::prelude::*;
//! use rstmgr_model::{Call, Input, Output, StartSession};
//! use rstmgr_sim::Simulator;
//! use rstmgr_sim::search::{Cases, strategy};
//!
//! proptest!(|(scene in strategy::scenes(Cases::default()))| {
//!     let (stage, machine) = scene.set();
//!     let mut simulator = Simulator::new(machine, 0).with_laws();
//!     let (by, _) = stage.installer(0).expect("the first installer is number 0");
//!     // Here the installer under test calls; this one starts a session and ends it.
//!     let key = simulator.fresh_key();
//!     let start =
//!         StartSession { flags: 0, null_handle: false, null_key: false, buffer_in_use: false, key };
//!     simulator.perform(&Input::Call { by, call: Call::StartSession(start), inside: None });
//!     let handle = simulator.observed().outputs.iter().find_map(|output| match output {
//!         Output::Handle(handle) => Some(*handle),
//!         _ => None,
//!     });
//!     // Some Windows give 0 first, and some 1.
//!     let handle = handle.expect("there is room for a session");
//!     simulator.perform(&Input::Call { by, call: Call::EndSession { handle }, inside: None });
//!     prop_assert_eq!(simulator.machine().open_handles(by).count(), 0);
//!     prop_assert!(simulator.broken_laws().is_empty());
//! });
//! ```

use proptest::prelude::Rng as _;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::scene::Scene;
use super::{Case, Cases, Shrinker};

/// Cases such as `cases` describes.
pub fn cases(cases: Cases) -> impl Strategy<Value = Case> {
    CaseStrategy(cases)
}

/// Worlds of such cases, with nothing that is done in them.
pub fn scenes(cases: Cases) -> impl Strategy<Value = Scene> {
    CaseStrategy(Cases { calls: 0..=0, ..cases }).prop_map(|case| case.scene)
}

#[derive(Clone, Debug)]
struct CaseStrategy(Cases);

impl Strategy for CaseStrategy {
    type Tree = CaseTree;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        Ok(CaseTree(Shrinker::new(self.0.case(runner.rng().next_u64()))))
    }
}

#[derive(Clone, Debug)]
struct CaseTree(Shrinker);

impl ValueTree for CaseTree {
    type Value = Case;

    fn current(&self) -> Case {
        self.0.current().clone()
    }

    /// The current case failed: a smaller one.
    fn simplify(&mut self) -> bool {
        self.0.answer(true);
        self.0.propose().is_some()
    }

    /// The current case passed: another one, no smaller than the smallest that failed.
    fn complicate(&mut self) -> bool {
        self.0.answer(false);
        self.0.propose().is_some()
    }
}
