//! `rstmgr rules --open`: the open questions, and which scenarios take which answer.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use rstmgr_model::{Knob, Profile};
use serde::Serialize;

use crate::backend::simulated::SimulatedBackend;
use crate::cli::{Format, RulesArguments, SCENARIOS, output};
use crate::exit::Exit;
use crate::probe::Unasked;
use crate::runner;
use crate::scenario::{Scenario, problem};
use crate::suite;

/// All open questions.
#[derive(Debug, Serialize)]
struct Report {
    version: u32,
    /// How many scenarios were read.
    scenarios: usize,
    questions: Vec<Question>,
}

/// An open question.
#[derive(Debug, Serialize)]
struct Question {
    name: &'static str,
    /// The questions of the facts that it answers.
    answers: &'static [&'static str],
    asks: &'static str,
    options: Vec<QuestionOption>,
    because: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unobservable: Option<&'static str>,
    /// The probes that ask it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    probes: Vec<String>,
    /// Why none asks it, if none of the project does.
    #[serde(skip_serializing_if = "Option::is_none")]
    unasked: Option<Unasked>,
}

/// One of the answers.
#[derive(Debug, Serialize)]
struct QuestionOption {
    name: &'static str,
    /// The profiles that take it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    profiles: Vec<&'static str>,
    /// The scenarios that turn the question to it, and then those in whose run it comes up with this answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scenarios: Vec<String>,
    /// How many of them turn it.
    turned: usize,
}

/// Lists the open questions.
pub(super) fn questions(arguments: &RulesArguments) -> io::Result<Exit> {
    let mut report = Report { version: 1, scenarios: 0, questions: Knob::all().map(question).collect() };
    // Outside of a project the questions are worth knowing all the same.
    if !arguments.paths.is_empty() || Path::new(SCENARIOS).is_dir() {
        let files = match output::find(&arguments.paths()) {
            Ok(files) => files,
            Err(exit) => return Ok(exit),
        };
        for path in files {
            let (source, scenario) = suite::read(&path);
            match scenario {
                Ok(scenario) => report.count(&source.name, &scenario)?,
                Err(problems) => {
                    let shown = problem::render(&problems, &source.name, &source.text, output::color());
                    output::complain(&shown);
                    return Ok(Exit::Wrong);
                }
            }
        }
    }
    let text = match arguments.format {
        Format::Human => human(&report),
        Format::Json => serde_json::to_string_pretty(&report)? + "\n",
    };
    output::print(&text)?;
    Ok(Exit::Accepted)
}

fn question(knob: Knob) -> Question {
    let facts = knob.facts();
    let options = facts.options.iter().enumerate().map(|(place, name)| {
        let profiles = Profile::NAMES.into_iter().zip(facts.defaults);
        QuestionOption {
            name,
            profiles: profiles.filter(|(_, option)| *option == place).map(|(profile, _)| profile).collect(),
            scenarios: Vec::new(),
            turned: 0,
        }
    });
    Question {
        name: facts.name,
        answers: facts.questions,
        asks: facts.asks.trim(),
        options: options.collect(),
        because: facts.reason,
        unobservable: facts.unobservable,
        probes: Vec::new(),
        unasked: Unasked::of(knob).cloned(),
    }
}

impl Report {
    /// Counts a scenario among those that exercise its answers.
    fn count(&mut self, name: &str, scenario: &Scenario) -> io::Result<()> {
        self.scenarios += 1;
        let mut backend = SimulatedBackend::of(scenario);
        runner::run(scenario, "simulated", &mut backend).map_err(io::Error::other)?;
        let asked = *backend.profile();
        for (knob, question) in Knob::all().zip(&mut self.questions) {
            if scenario.probe.as_ref().is_some_and(|probe| probe.knob == knob) {
                question.probes.push(name.to_owned());
            }
            for option in scenario.profile.possible(knob) {
                let option = &mut question.options[option];
                if scenario.stated_knobs.contains(&knob) {
                    option.scenarios.insert(option.turned, name.to_owned());
                    option.turned += 1;
                } else if asked.was_asked(knob) {
                    option.scenarios.push(name.to_owned());
                }
            }
        }
        Ok(())
    }
}

fn human(report: &Report) -> String {
    let mut text = String::new();
    for question in &report.questions {
        let _ = writeln!(text, "{} ({})\n    {}", question.name, question.answers.join(", "), question.asks);
        let options: Vec<&str> = question.options.iter().map(|option| option.name).collect();
        let _ = writeln!(text, "    options: {}", options.join(", "));
        let defaults = Profile::NAMES.into_iter().map(|profile| {
            let taken = question.options.iter().find(|option| option.profiles.contains(&profile));
            format!("{profile}: {}", taken.map_or("", |option| option.name))
        });
        let _ = writeln!(text, "    {}", defaults.collect::<Vec<_>>().join(", "));
        let _ = writeln!(text, "    because {}", question.because);
        if let Some(reason) = question.unobservable {
            let _ = writeln!(text, "    not observable yet: {reason}");
        }
        match &question.unasked {
            Some(unasked) if question.probes.is_empty() => {
                let _ = writeln!(text, "    no probe: {}", unasked);
            }
            _ if question.probes.is_empty() => {}
            _ => {
                let _ = writeln!(text, "    asked by {}", question.probes.join(", "));
            }
        }
        for option in question.options.iter().filter(|_| report.scenarios > 0) {
            let _ = writeln!(text, "    {}: {}", option.name, scenarios(option));
        }
    }
    text
}

/// The scenarios that exercise an option: all that turn the question to it, and a few of the others.
fn scenarios(option: &QuestionOption) -> String {
    let shown = option.turned.max(option.scenarios.len().min(SHOWN));
    let more = match option.scenarios.len() - shown {
        _ if shown == 0 => Some(String::from("no scenario")),
        0 => None,
        more => Some(format!("and {more} more")),
    };
    option.scenarios[..shown].iter().cloned().chain(more).collect::<Vec<_>>().join(", ")
}

/// How many scenarios are shown for an answer that most take by their profile.
const SHOWN: usize = 3;
