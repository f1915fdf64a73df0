//! The cookbook of the format, `scenarios/README.md`: its examples are true, and it misses nothing.

use std::collections::BTreeSet;
use std::fs;

use rstmgr_conformance::probe::evaluate;
use rstmgr_conformance::report::human;
use rstmgr_conformance::scenario::Scenario;
use rstmgr_conformance::scenario::parse::{FILE_SIZE_MAX, Source, parse};
use rstmgr_conformance::scenario::problem;
use rstmgr_conformance::scenario::schema::schema;
use rstmgr_conformance::scenario::yaml::{DEPTH_MAX, NODES_MAX};
use rstmgr_conformance::suite::BackendKind;
use rstmgr_model::Profile;
use serde_json::{Value, json};

use crate::markdown::{Block, blocks};
use crate::scenarios_directory;

/// The YAML of a page, in complete scenarios and in parts of one.
#[derive(Debug, PartialEq, Eq)]
struct Examples {
    complete: Vec<Source>,
    fragments: Vec<Source>,
}

/// The examples of `page`.
///
/// # Errors
///
/// The line of a block that is neither complete nor marked as a fragment.
fn examples(page: &str) -> Result<Examples, usize> {
    let mut examples = Examples { complete: Vec::new(), fragments: Vec::new() };
    for Block { line, info, text } in blocks(page) {
        let is_complete = text.lines().any(|line| line == "version: 1");
        let source = Source { name: format!("scenarios/README.md:{line}"), text };
        match (info.as_str(), is_complete) {
            ("yaml", true) => examples.complete.push(source),
            ("yaml fragment", false) => examples.fragments.push(source),
            _ => return Err(line),
        }
    }
    Ok(examples)
}

fn cookbook() -> Examples {
    let page = fs::read_to_string(scenarios_directory().join("README.md")).expect("the cookbook is there");
    examples(&page).unwrap_or_else(|line| panic!("line {line}: neither a scenario nor a `yaml fragment`"))
}

/// What is wrong with a complete example: problems, failed expectations, or rules that its run does not meet.
fn complaint(source: &Source) -> Option<String> {
    let scenario: Scenario = match parse(source) {
        Ok(scenario) => scenario,
        Err(problems) => return Some(problem::render(&problems, &source.name, &source.text, false)),
    };
    let run = BackendKind::Simulated.run(&scenario).expect("a simulator can be asked");
    if !run.is_accepted() {
        let failures = human::failures(&scenario, &run);
        return Some(problem::render(&failures, &source.name, &source.text, false));
    }
    let missed: Vec<_> = scenario.rules.iter().filter(|rule| !run.rules.contains(**rule)).collect();
    if !missed.is_empty() {
        return Some(format!("{}: its run does not meet {missed:?}", source.name));
    }
    let probe = scenario.probe.as_ref()?;
    let mistaken = (0..probe.knob.options().len()).find_map(|option| {
        let profile = Profile::windows_11().with(probe.knob, option);
        let run = BackendKind::Simulated.run(&scenario.clone().on_base(&profile));
        let answer = evaluate(&scenario, probe, &run.expect("a simulator can be asked"));
        let is_right = answer.as_ref().is_ok_and(|sight| sight.option == option);
        (!is_right).then(|| format!("{} gives {answer:?}", probe.knob.options()[option]))
    });
    mistaken.map(|mistaken| format!("{}: {mistaken}", source.name))
}

#[test]
fn every_complete_example_is_accepted() {
    let complaints: Vec<String> = cookbook().complete.iter().filter_map(complaint).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_fragment_fits_the_format() {
    let validator = jsonschema::draft202012::new(&schema()).expect("the schema is one");
    for Source { name, text } in cookbook().fragments {
        let part: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut whole = json!({ "version": 1, "scenario": "A part", "steps": [] });
        if let Value::Object(fields) = part {
            whole.as_object_mut().expect("it is one").extend(fields);
        } else {
            whole["steps"] = part;
        }
        let errors: Vec<String> = validator.iter_errors(&whole).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn nothing_of_the_format_is_missing() {
    let schema = schema();
    let mut missing = fields(&schema);
    for source in cookbook().complete {
        let document: Value = serde_yaml::from_str(&source.text).expect("another test says what is wrong");
        stated(&schema, &document).iter().for_each(|field| {
            missing.remove(field);
        });
    }
    assert!(missing.is_empty(), "no complete example has {missing:#?}");
}

#[test]
fn nothing_of_the_format_goes_unsaid() {
    let page = fs::read_to_string(scenarios_directory().join("README.md")).expect("the cookbook is there");
    let mut code = false;
    let prose: String = page.lines().fold(String::new(), |mut prose, line| {
        code ^= line.starts_with("```");
        if !code {
            prose.push_str(line);
            prose.push('\n');
        }
        prose
    });
    let unsaid: Vec<String> = fields(&schema())
        .into_iter()
        .filter(|field| {
            let name = field.rsplit('.').next().unwrap_or_default();
            !code_spans(&prose).any(|span| span.split(|c: char| !is_in_name(c)).any(|word| word == name))
        })
        .collect();
    assert!(unsaid.is_empty(), "the text does not speak of {unsaid:#?}");
}

#[test]
fn the_limits_are_those_of_the_reader() {
    let page = fs::read_to_string(scenarios_directory().join("README.md")).expect("the cookbook is there");
    for (what, limit) in [
        ("a file", format!("{} MiB", FILE_SIZE_MAX / 1024 / 1024)),
        ("its nesting", format!("{DEPTH_MAX} maps and lists")),
        ("its keys, values and collections, all together", format!("{},000,000", NODES_MAX / 1_000_000)),
    ] {
        let row = format!("| {what} | {limit} |");
        assert!(page.contains(&row), "the page lacks `{row}`");
    }
}

fn is_in_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '-'
}

/// What stands between backticks.
fn code_spans(prose: &str) -> impl Iterator<Item = &str> {
    prose.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// Every field of the format, as the key above it and its own name: `get-list.capacity`.
fn fields(schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(schema, schema, None, "scenario", &mut found);
    found
}

/// The fields that `document` states.
fn stated(schema: &Value, document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(schema, schema, Some(document), "scenario", &mut found);
    found
}

/// Collects the fields that `schema` knows below the key `above`; those of `document` alone, if there is one.
fn walk(root: &Value, schema: &Value, document: Option<&Value>, above: &str, found: &mut BTreeSet<String>) {
    if let Some(place) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        let definition = root.pointer(place).expect("the schema has what it refers to");
        // A step is a step, also within a `repeat` or a `meanwhile`.
        let name = place.rsplit('/').next().unwrap_or_default();
        let name = name.trim_start_matches("repeated-").trim_start_matches("nested-");
        return walk(root, definition, document, name, found);
    }
    for option in schema["anyOf"].as_array().into_iter().flatten() {
        walk(root, option, document, above, found);
    }
    let none_of = |kind: fn(&Value) -> bool| document.is_some_and(|document| !kind(document));
    if !schema["items"].is_null() && !none_of(Value::is_array) {
        match document.and_then(Value::as_array) {
            Some(items) => {
                items.iter().for_each(|item| walk(root, &schema["items"], Some(item), above, found));
            }
            None => walk(root, &schema["items"], None, above, found),
        }
    }
    let entries = document.and_then(Value::as_object);
    if document.is_some() && entries.is_none() {
        return;
    }
    // The knobs are the model's, and `rstmgr rules --open` lists them.
    let properties = schema["properties"].as_object().filter(|_| above != "knobs" && above != "given");
    for (name, property) in properties.into_iter().flatten() {
        let value = entries.and_then(|entries| entries.get(name));
        if entries.is_none() || value.is_some() {
            found.insert(format!("{above}.{name}"));
            walk(root, property, value, name, found);
        }
    }
    if schema["additionalProperties"].is_object() {
        match entries {
            Some(entries) => entries.values().for_each(|value| {
                walk(root, &schema["additionalProperties"], Some(value), above, found);
            }),
            None => walk(root, &schema["additionalProperties"], None, above, found),
        }
    }
}

#[test]
fn an_example_that_is_not_true_is_noticed() {
    let page = "```yaml\nversion: 1\nscenario: A handle\nrules: [START-01]\nsteps:\n\
                - start-session: { as: main, expect: { handle: 0 } }\n```\n";
    let complaint = |page: &str| complaint(&examples(page).expect("it is complete").complete[0]);
    assert_eq!(complaint(page), None);
    let rejected = complaint(&page.replace("handle: 0", "handle: 7")).expect("it is rejected");
    assert!(rejected.contains("`handle` is 0"), "{rejected}");
    let wrong = complaint(&page.replace("steps", "stpes")).expect("it is wrong");
    assert!(wrong.contains("unknown field `stpes`"), "{wrong}");
    let idle = complaint(&page.replace("START-01", "START-06")).expect("it lists too much");
    assert!(idle.ends_with("does not meet [START-06]"), "{idle}");
}

#[test]
fn a_block_is_complete_or_a_fragment() {
    let complete = Source { name: "scenarios/README.md:2".to_owned(), text: "version: 1\n".to_owned() };
    let fragment = Source { name: "scenarios/README.md:5".to_owned(), text: "- reboot: {}\n".to_owned() };
    let page = "a\n```yaml\nversion: 1\n```\n```yaml fragment\n- reboot: {}\n```\n";
    assert_eq!(examples(page), Ok(Examples { complete: vec![complete], fragments: vec![fragment] }));
    assert_eq!(examples("```yaml\nsteps: []\n```\n"), Err(1));
    assert_eq!(examples("\n```yaml fragment\nversion: 1\n```\n"), Err(2));
    assert_eq!(examples("```yml\nversion: 1\n```\n"), Err(1));
}

#[test]
fn a_field_that_no_example_has_is_noticed() {
    let schema = schema();
    let all = fields(&schema);
    for field in ["scenario.seed", "installer.opens", "step.reboot", "get-list.capacity", "affected.status"] {
        assert!(all.contains(field), "{field} is not among {all:#?}");
    }
    let document = json!({
        "version": 1,
        "installers": { "setup": { "bits": 32 } },
        "steps": [{ "repeat": { "times": 2, "do": [{ "start-session": { "expect": { "handle": 0 } } }] } }],
    });
    let expected = [
        "scenario.version",
        "scenario.installers",
        "installer.bits",
        "scenario.steps",
        "step.repeat",
        "repeat.times",
        "repeat.do",
        "step.start-session",
        "start-session.expect",
        "expect.handle",
    ];
    assert_eq!(stated(&schema, &document), expected.map(str::to_owned).into());
}
