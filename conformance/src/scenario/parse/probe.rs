//! What a scenario asks, and what is seen at its steps for each answer.

use std::collections::BTreeSet;

use rstmgr_model::Knob;

use super::check;
use super::expect;
use super::format;
use super::lower::{Lowering, number};
use super::shape::{Field, Shape};
use super::suggest::{listed, nearest};
use crate::runner::{StepId, meanwhile_of};
use crate::scenario::problem::{ProblemKind, quoted};
use crate::scenario::yaml::Node;
use crate::scenario::{Action, Answer, Given, Probe, ProcessOf, Sighting, WorldExpectation};

/// Takes the probe in `node`, once the steps are known.
pub(crate) fn lower(lowering: &mut Lowering<'_>, node: &Node<'_>) -> Option<Probe> {
    // Of a step that was not understood, the number is another's.
    let steps_certain = lowering.steps_certain();
    let named = node.get("knob")?;
    let knob = Knob::by_name(named.text()?)?;
    let given = node.get("given").and_then(Node::entries).unwrap_or_default();
    for (key, _) in given {
        if key.text() == Some(knob.name()) {
            let message = format!("{} is what is asked", quoted(knob.name()));
            lowering.report(&key.span, message, "not given", None);
        }
    }
    let given = given.iter().filter_map(|(key, value)| options(Knob::by_name(key.text()?)?, value));
    let given = given.collect();
    let listed_answers = node.get("answers")?;
    let (mut answers, mut all_known) = (Vec::new(), true);
    for (key, value) in listed_answers.entries()? {
        let Some(text) = key.text() else { continue };
        match knob.options().iter().position(|option| *option == text) {
            Some(option) => answers.push(answer(lowering, option, value, steps_certain)),
            None if lowering.troubled(&key.span) => all_known = false,
            None => {
                all_known = false;
                let message = format!("{} has no option {}", quoted(knob.name()), quoted(text));
                let help = nearest(text, knob.options().iter().copied()).map_or_else(
                    || format!("its options are {}", listed(knob.options().iter().copied(), "and")),
                    |near| format!("did you mean `{near}`?"),
                );
                lowering.report(&key.span, message, "not an answer to this question", Some(help));
            }
        }
    }
    let missing = knob.options().iter().enumerate();
    let missing = missing.filter(|(place, _)| answers.iter().all(|answer| answer.option != *place));
    let missing: Vec<&str> = missing.map(|(_, option)| *option).collect();
    if all_known && !missing.is_empty() && !lowering.troubled(&listed_answers.span) {
        let message = format!("`answers` lacks {}", listed(missing.into_iter(), "and"));
        lowering.report(&named.span, message, "has these options too", None);
    }
    Some(Probe { knob, given, answers })
}

/// The options of `knob` that will do, as `node` states them.
fn options(knob: Knob, node: &Node<'_>) -> Option<Given> {
    let words = node.items().unwrap_or(std::slice::from_ref(node));
    let place = |word: &Node<'_>| knob.options().iter().position(|option| word.text() == Some(option));
    let options: Vec<usize> = words.iter().filter_map(place).collect();
    (!options.is_empty()).then_some(Given { knob, options })
}

fn answer(lowering: &mut Lowering<'_>, option: usize, node: &Node<'_>, steps_certain: bool) -> Answer {
    let items = node.items().unwrap_or_default();
    if node.items().is_some_and(<[_]>::is_empty) {
        lowering.report(&node.span, "an answer by which nothing is seen", "expected a step", None);
    }
    let mut first_places = BTreeSet::new();
    let mut sightings = Vec::new();
    for item in items {
        let Some(place) = item.get("step") else { continue };
        let Some(step) = step_id(lowering, item) else { continue };
        if !first_places.insert(step) {
            lowering.report(&place.span, "this step stands twice in an answer", "again", None);
        }
        sightings.extend(sighting(lowering, step, (place, item), steps_certain));
    }
    Answer { option, sightings }
}

/// The step that `item` names by its numbers.
fn step_id(lowering: &mut Lowering<'_>, item: &Node<'_>) -> Option<StepId> {
    let from_zero = |node: &Node<'_>| number::<usize>(node)?.checked_sub(1);
    let step = from_zero(item.get("step")?)?;
    let Some(node) = item.get("meanwhile") else { return Some(StepId { step, inside: None }) };
    let [of_items, of_steps] = node.items()? else {
        if !lowering.troubled(&node.span) {
            let help =
                "write the number of the item and that of the step in it: `meanwhile: [1, 1]`".to_owned();
            lowering.report(
                &node.span,
                "this names no step of a `meanwhile`",
                "expected two numbers",
                Some(help),
            );
        }
        return None;
    };
    Some(StepId { step, inside: Some((from_zero(of_items)?, from_zero(of_steps)?)) })
}

fn sighting(
    lowering: &mut Lowering<'_>,
    step: StepId,
    (place, item): (&Node<'_>, &Node<'_>),
    steps_certain: bool,
) -> Option<Sighting> {
    let expected = item.get("expect")?;
    let found = lowering.steps.get(step.step).and_then(|outer| match step.inside {
        None => Some(outer),
        Some((item, place)) => meanwhile_of(outer).get(item)?.steps.get(place),
    });
    let Some(found) = found else {
        if steps_certain {
            let message = format!("there is no step {step}");
            let help = format!("the last one is {}; each round of a `repeat` counts", lowering.steps.len());
            lowering.report(&place.span, message, "no such step", Some(help));
        }
        return None;
    };
    let key = found.place.key.clone();
    let name = lowering.text.get(key).unwrap_or_default().trim_matches(['"', '\'']);
    let look: Option<Look> = match found.action {
        Action::Database { .. } => Some(expect::database),
        Action::World { .. } => Some(expect::looks::world),
        Action::Messages { .. } => Some(expect::looks::messages),
        Action::EventLog { .. } => Some(expect::looks::records),
        Action::Call { .. }
        | Action::Event(_)
        | Action::Act { .. }
        | Action::Registration(_)
        | Action::Wait(_) => None,
    };
    let looked_at = found.expect.as_ref().and_then(|expect| expect.world.as_ref()).map(of_whom);
    let is_result = matches!(found.action, Action::Registration(_));
    let field = format::steps().find(|field| field.name == name)?;
    if !fits(lowering, field, expected, look.is_some()) {
        return None;
    }
    let (expect, _) = match look {
        Some(look) => look(lowering, expected),
        None => expect::expectation(lowering, Some(expected), is_result),
    };
    if let (Some(looked_at), Some(world)) = (looked_at, &expect.world)
        && looked_at != of_whom(world)
        && !lowering.troubled(&expected.span)
    {
        let help = "name those whom the step names, all of them and in its order".to_owned();
        lowering.report(&expected.span, "the step looks at others", "not as it names them", Some(help));
    }
    Some(Sighting { step, expect })
}

/// Which applications and files are looked at.
fn of_whom(world: &WorldExpectation) -> (Vec<ProcessOf>, Vec<String>) {
    let applications = world.applications.iter().map(|state| state.who);
    let files = world.files.iter().map(|(path, _)| path.clone());
    (applications.collect(), files.collect())
}

type Look = fn(&mut Lowering<'_>, &Node<'_>) -> (crate::scenario::Expectation, expect::Places);

/// Whether a step of the kind `step` can expect what `node` says; if not, it is said why.
fn fits(lowering: &mut Lowering<'_>, step: &'static Field, node: &Node<'_>, is_look: bool) -> bool {
    if lowering.troubled(&node.span) {
        return false;
    }
    let mut fields = fields(step.shape);
    if !is_look {
        let Some(expect) = fields.find(|field| field.name == "expect") else {
            let message = format!("nothing is expected of {}", quoted(step.name));
            lowering.report(&node.span, message, "this is seen nowhere", None);
            return false;
        };
        let problems = check::check_value(node, expect.shape, "expect", &node.span);
        let fits = problems.is_empty();
        for mut problem in problems {
            problem.kind = ProblemKind::Meaning;
            problem.help.get_or_insert_with(|| format!("the step is a {}", quoted(step.name)));
            lowering.push(problem);
        }
        return fits;
    }
    let seen: Vec<&str> =
        fields.map(|field| field.name).filter(|name| !LOOKED_AT_BY.contains(name)).collect();
    let stated = node.entries().unwrap_or_default();
    if stated.is_empty() {
        let message = format!("{} shows no reply", quoted(step.name));
        lowering.report(&node.span, message, format!("expected {}", listed(seen.into_iter(), "or")), None);
        return false;
    }
    let mut fits = true;
    for (key, _) in stated.iter().filter(|(key, _)| key.text().is_some_and(|text| !seen.contains(&text))) {
        let message = format!("{} does not show {}", quoted(step.name), quoted(key.text().unwrap_or("")));
        let label = format!("expected {}", listed(seen.iter().copied(), "or"));
        lowering.report(&key.span, message, label, None);
        fits = false;
    }
    fits
}

/// The fields of a look that say at what it looks.
const LOOKED_AT_BY: [&str; 4] = ["user-of", "at", "application", "only"];

/// The fields of the mapping that a step of this shape can be.
fn fields(shape: &'static Shape) -> Box<dyn Iterator<Item = &'static Field>> {
    if let Shape::Record(record) = shape {
        Box::new(record.fields.iter().copied().flatten())
    } else if let Shape::Either(shapes) = shape {
        Box::new(shapes.iter().flat_map(|shape| fields(shape)))
    } else {
        Box::new(std::iter::empty())
    }
}
