//! Whether two scenarios do the same, whatever they expect.

use super::{Action, Scenario, Step, StepPlace};

impl Scenario {
    /// The same without what it expects, and without the places in its file, which may have moved.
    pub(super) fn without_expectations(&self) -> Scenario {
        let mut scenario = self.clone();
        scenario.steps.iter_mut().for_each(forget_expectations);
        scenario
    }

    /// What is done otherwise in `other`, such as `step 3`; `None`: nothing. Titles and expectations do not count.
    pub(crate) fn differs_in(&self, other: &Scenario) -> Option<String> {
        let [left, right] = [self, other].map(Scenario::without_expectations);
        if left.world != right.world {
            return Some(String::from("its world"));
        }
        if (left.profile, left.profile_name) != (right.profile, right.profile_name) {
            return Some(String::from("its profile"));
        }
        if (left.seed, &left.replay) != (right.seed, &right.replay) {
            return Some(String::from("its `seed` or `replay`"));
        }
        let steps = left.steps.iter().zip(&right.steps);
        let first = steps.take_while(|(left, right)| left == right).count();
        if first < left.steps.len().max(right.steps.len()) {
            return Some(format!("step {}", first + 1));
        }
        (left.handles != right.handles).then(|| String::from("the name of a handle"))
    }
}

/// Empties the expectation of `step` and of the steps in it, and their places.
fn forget_expectations(step: &mut Step) {
    let nowhere = StepPlace { line: 0, column: 0, key: 0..0, expect: None, fields: Vec::new() };
    step.expect = None;
    step.place = nowhere.clone();
    let Action::Call { call, .. } = &mut step.action else { return };
    for nested in call.meanwhile_mut().into_iter().flatten() {
        nested.place = nowhere.clone();
        nested.steps.iter_mut().for_each(forget_expectations);
    }
}
