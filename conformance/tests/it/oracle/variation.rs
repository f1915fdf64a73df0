//! Scenarios like those of the project, and others: steps are left out, repeated and exchanged, by a seed.

use rstmgr_conformance::scenario::Scenario;
use rstmgr_conformance::scenario::parse::{self, Source};
use rstmgr_sim::Random;

/// A variation of a scenario, under the profile of this name, if it is a scenario at all.
pub(super) fn vary(source: &Source, profile: &str, random: &mut Random) -> Option<(Scenario, Source)> {
    let (head, mut steps) = split(&source.text)?;
    for _ in 0..random.below(4) {
        if steps.is_empty() {
            break;
        }
        let (one, other) = (random.below(steps.len()), random.below(steps.len()));
        match random.below(3) {
            0 => drop(steps.remove(one)),
            1 => steps.insert(other, steps[one].clone()),
            _ => steps.swap(one, other),
        }
    }
    let seed = random.below(1_000_000);
    let head: Vec<&str> =
        head.lines().filter(|line| !line.starts_with("profile:") && !line.starts_with("seed:")).collect();
    let text = format!("profile: {profile}\nseed: {seed}\n{}\n{}", head.join("\n"), steps.concat());
    let source = Source { name: source.name.clone(), text };
    let scenario = parse::parse(&source).ok()?;
    Some((scenario, source))
}

/// What stands before the steps, and each step.
fn split(text: &str) -> Option<(&str, Vec<String>)> {
    let (head, rest) = text.split_once("\nsteps:\n")?;
    let indentation =
        rest.lines().find_map(|line| line.trim_start().starts_with("- ").then(|| line.find('-')))??;
    let mut steps: Vec<String> = Vec::new();
    for line in rest.lines() {
        if line.get(indentation..).is_some_and(|rest| rest.starts_with("- "))
            && line[..indentation].trim().is_empty()
        {
            steps.push(String::new());
        }
        // Comments before the first step are left out.
        let Some(step) = steps.last_mut() else { continue };
        step.push_str(line);
        step.push('\n');
    }
    Some((&text[..head.len() + "\nsteps:\n".len() - 1], steps))
}
