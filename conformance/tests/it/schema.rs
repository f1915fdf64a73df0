//! The JSON Schema says what the parser says, as far as names and meaning do not come in.

use jsonschema::Validator;
use rstmgr_conformance::scenario::parse::{Source, parse};
use rstmgr_conformance::scenario::problem::ProblemKind;
use rstmgr_conformance::scenario::schema::schema;
use serde_json::{Map, Value, json};

use crate::examples;

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).expect("the schema is one")
}

/// The plain value of YAML text, as editors see it.
fn value(text: &str) -> Value {
    json_of(&serde_yaml::from_str(text).expect("it is YAML"))
}

fn json_of(yaml: &serde_yaml::Value) -> Value {
    if let Some(mapping) = yaml.as_mapping() {
        let key = |key: &serde_yaml::Value| key.as_str().expect("keys are text").to_owned();
        return Value::Object(mapping.iter().map(|(name, value)| (key(name), json_of(value))).collect());
    }
    match yaml.as_sequence() {
        Some(items) => items.iter().map(json_of).collect(),
        None => serde_json::to_value(yaml).expect("a scalar"),
    }
}

/// What the parser says of the structure of `text`.
fn structure_problems(text: &str) -> Vec<String> {
    let source = Source { name: "example.yaml".to_owned(), text: text.to_owned() };
    let problems = parse(&source).err().unwrap_or_default();
    let structure = problems.into_iter().filter(|problem| problem.kind != ProblemKind::Meaning);
    structure.map(|problem| problem.message).collect()
}

#[test]
fn every_scenario_validates() {
    let validator = validator();
    for (name, text) in examples::all() {
        let source = Source { name, text };
        assert!(parse(&source).is_ok(), "{}: {:#?}", source.name, parse(&source).err());
        let errors: Vec<String> =
            validator.iter_errors(&value(&source.text)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", source.name);
    }
}

#[test]
fn the_schema_is_valid_itself() {
    jsonschema::meta::validate(&schema()).expect("the schema follows its own");
}

#[test]
fn wrong_structure_does_not_validate() {
    let validator = validator();
    let step = |step: Value| json!({ "version": 1, "scenario": "Wrong", "steps": [step] });
    for wrong in [
        json!({}),
        json!([]),
        json!({ "version": 2, "scenario": "Wrong", "steps": [] }),
        json!({ "version": 1, "scenario": "Wrong.", "steps": [] }),
        json!({ "version": 1, "scenario": "Wrong", "steps": [], "stpes": [] }),
        step(json!({ "get-lsit": {} })),
        step(json!({ "reboot": {}, "log-off": "setup" })),
        step(json!({ "end-session": {} })),
        step(json!({ "end-session": { "session": "Main" } })),
        step(json!({ "fault": { "no-memory": "on", "memory-short": "on" } })),
        step(json!({ "fault": {} })),
        step(json!({ "fault": { "no-memory": true } })),
        step(json!({ "join-session": { "key": "x", "cut-to": 3 } })),
        step(json!({ "start-session": { "expect": "ERROR_SUCESS" } })),
        step(json!({ "repeat": { "times": 2, "do": [{ "repeat": { "times": 2, "do": [] } }] } })),
        step(json!({ "wait": 10 })),
        step(json!({ "wait": "1.5ms" })),
        step(json!({ "shutdown": { "session": "main", "meanwhile": [{ "at": "start", "do": [
            { "shutdown": { "session": "main", "meanwhile": [] } },
        ] }] } })),
        step(json!({ "expect-messages": { "application": "editor", "messages": [{ "at": "0s" }] } })),
        step(json!({ "expect-world": { "at": "now", "took": "5s" } })),
        json!({ "version": 1, "scenario": "Wrong", "timings": { "patience": "5s" }, "steps": [] }),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
        assert!(!structure_problems(&wrong.to_string()).is_empty(), "{wrong}");
    }
}

#[test]
fn parser_and_schema_agree_on_every_small_change() {
    let validator = validator();
    for (name, text) in examples::all().into_iter().filter(|(name, _)| name.contains("examples")) {
        for part in parts(&value(&text)) {
            for changed in changes(&part) {
                let text = changed.to_string();
                let problems = structure_problems(&text);
                let valid = validator.is_valid(&changed);
                assert_eq!(valid, problems.is_empty(), "{name}: the parser says {problems:?} of {text}");
            }
        }
    }
}

/// Small documents that hold all that `document` holds: one without its steps, and one for each step.
fn parts(document: &Value) -> Vec<Value> {
    let with_steps = |document: &Value, steps: Value| {
        let mut document = document.clone();
        document["steps"] = steps;
        document
    };
    let head = json!({ "version": 1, "scenario": "Short" });
    let steps = document["steps"].as_array().expect("it has steps");
    let mut parts: Vec<Value> = steps.iter().map(|step| with_steps(&head, json!([step]))).collect();
    parts.push(with_steps(document, json!([{ "reboot": {} }])));
    parts
}

/// `value` with one node anywhere in it exchanged, dropped or renamed.
fn changes(value: &Value) -> Vec<Value> {
    let mut changes = instead_of(value);
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let mut without: Map<String, Value> = fields.clone();
                without.remove(name);
                changes.push(Value::Object(without.clone()));
                let mut renamed = without;
                renamed.insert(format!("{name}x"), inner.clone());
                changes.push(Value::Object(renamed));
                for other in ["session", "expect", "short-name"] {
                    let mut fields = fields.clone();
                    fields.entry(other).or_insert(json!("main"));
                    changes.push(Value::Object(fields));
                }
                for changed in self::changes(inner) {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), changed);
                    changes.push(Value::Object(fields));
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let mut without = items.clone();
                without.remove(at);
                changes.push(Value::Array(without));
                let mut twice = items.clone();
                twice.push(item.clone());
                changes.push(Value::Array(twice));
                for changed in self::changes(item) {
                    let mut items = items.clone();
                    items[at] = changed;
                    changes.push(Value::Array(items));
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    changes
}

fn instead_of(value: &Value) -> Vec<Value> {
    let text = value.as_str().unwrap_or_default();
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(32),
        json!(4_294_967_296_u64),
        json!(1.5),
        json!("main"),
        json!("Main"),
        json!(""),
        json!("START-05"),
        json!("C:\\a\u{0}"),
        json!(format!("{text}x")),
        json!([]),
        json!([text]),
        json!({}),
        json!({ "reply": 5 }),
        json!({ "main": {} }),
    ]
}
