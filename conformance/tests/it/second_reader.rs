//! Scenarios are plain YAML: another reader sees the same in them.

use proptest::prelude::*;
use rstmgr_conformance::scenario::yaml::{self, Node};
use serde_yaml::Value;

use crate::examples;

/// What a document holds, whoever reads it.
#[derive(Clone, Debug, PartialEq)]
enum Plain {
    Null,
    Bool(bool),
    Integer(i128),
    Float(u64),
    Text(String),
    Sequence(Vec<Plain>),
    Mapping(Vec<(String, Plain)>),
}

fn ours(text: &str) -> Plain {
    let (root, problems) = yaml::read(text).unwrap_or_else(|problem| panic!("{problem:?} in\n{text}"));
    assert!(problems.is_empty(), "{problems:?}");
    root.as_ref().map_or(Plain::Null, of_node)
}

fn of_node(node: &Node<'_>) -> Plain {
    match &node.value {
        yaml::Value::Null => Plain::Null,
        yaml::Value::Bool(value) => Plain::Bool(*value),
        yaml::Value::Integer(_) => Plain::Integer(node.integer().expect("the integers here fit")),
        yaml::Value::Float(text) => Plain::Float(float(text).to_bits()),
        yaml::Value::Text(text) => Plain::Text(text.clone().into_owned()),
        yaml::Value::Sequence(items) => Plain::Sequence(items.iter().map(of_node).collect()),
        yaml::Value::Mapping(entries) => {
            let key = |key: &Node<'_>| key.text().expect("keys are text").to_owned();
            Plain::Mapping(entries.iter().map(|(name, value)| (key(name), of_node(value))).collect())
        }
        yaml::Value::Refused => panic!("nothing here is refused"),
    }
}

fn float(text: &str) -> f64 {
    match text.to_lowercase().trim_start_matches('+') {
        ".inf" => f64::INFINITY,
        "-.inf" => f64::NEG_INFINITY,
        ".nan" => f64::NAN,
        text => text.parse().expect("a number"),
    }
}

fn theirs(text: &str) -> Plain {
    let value: Value = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    of_value(&value)
}

fn of_value(value: &Value) -> Plain {
    match value {
        Value::Null => Plain::Null,
        Value::Bool(value) => Plain::Bool(*value),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Plain::Integer(number.into()),
            (_, Some(number)) => Plain::Integer(number.into()),
            _ => Plain::Float(number.as_f64().expect("a number").to_bits()),
        },
        Value::String(text) => Plain::Text(text.clone()),
        Value::Sequence(items) => Plain::Sequence(items.iter().map(of_value).collect()),
        Value::Mapping(mapping) => {
            Plain::Mapping(mapping.iter().map(|(name, value)| (key(name), of_value(value))).collect())
        }
        Value::Tagged(_) => panic!("nothing here has a tag"),
    }
}

fn key(value: &Value) -> String {
    value.as_str().expect("keys are text").to_owned()
}

/// Whether both readers see the same in a document that neither refuses.
pub(crate) fn agrees(text: &str) -> bool {
    ours(text) == theirs(text)
}

#[test]
fn every_scenario_is_read_alike() {
    for (name, text) in examples::all() {
        assert_eq!(ours(&text), theirs(&text), "{name}");
    }
}

/// A document with the way in which it is written.
#[derive(Clone, Debug)]
enum Written {
    Scalar(String),
    Literal(Vec<String>),
    Sequence { flow: bool, items: Vec<Written> },
    Mapping { flow: bool, entries: Vec<(String, Written)> },
}

/// Plain scalars that readers could take for different things.
const PLAIN: [&str; 58] = [
    "null",
    "Null",
    "NULL",
    "~",
    "nULL",
    "true",
    "True",
    "TRUE",
    "tRUE",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "0",
    "-0",
    "+0",
    "7",
    "-7",
    "+7",
    "007",
    "-007",
    "1_000",
    "0x1F",
    "0X1F",
    "-0x1f",
    "0o17",
    "017",
    "0b101",
    "0b102",
    "1e3",
    "1E-3",
    "1e",
    "1.5",
    "-1.5",
    "+1.5",
    "1.",
    ".5",
    ".",
    "-",
    "1.2.3",
    "00.5",
    ".inf",
    "-.inf",
    "+.INF",
    ".Inf",
    "inf",
    "infinity",
    "18446744073709551615",
    "-9223372036854775808",
    "12:30:45",
    "2001-12-14",
    "C:\\App\\core.dll",
    "ERROR_SUCCESS",
    "a#b",
    "a b",
];

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(PLAIN.to_vec())
            .prop_filter("a lone dash begins a list", |text| *text != "-")
            .prop_map(str::to_owned),
        "[a-z][a-z0-9-]{0,12}",
        "'([ -&(-~äöü€😀]|''){0,20}'",
        r#""([ !#-\[\]-~äöü€😀]|\\[0abtnvfre "/\\N_LP]|\\x[0-7][0-9a-f]|\\u00[a-f][0-9a-f]|\\U0001F60[0-9a-f]){0,20}""#,
    ]
}

fn written() -> impl Strategy<Value = Written> {
    let leaf = prop_oneof![
        4 => scalar().prop_map(Written::Scalar),
        1 => proptest::collection::vec("[a-z][ -~]{0,20}", 1..4).prop_map(Written::Literal),
    ];
    let key = prop_oneof![4 => "[a-z][a-z0-9-]{0,12}", 1 => "'[ -&(-~]{1,12}'"];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            (any::<bool>(), proptest::collection::vec(inner.clone(), 0..6))
                .prop_map(|(flow, items)| Written::Sequence { flow, items }),
            (any::<bool>(), proptest::collection::vec((key.clone(), inner), 0..6))
                .prop_map(|(flow, entries)| Written::Mapping { flow, entries: without_duplicates(entries) }),
        ]
    })
}

fn without_duplicates(entries: Vec<(String, Written)>) -> Vec<(String, Written)> {
    let mut kept: Vec<(String, Written)> = Vec::new();
    let plain = |key: &str| key.trim_matches('\'').to_owned();
    for entry in entries {
        if kept.iter().all(|(key, _)| plain(key) != plain(&entry.0)) {
            kept.push(entry);
        }
    }
    kept
}

/// Writes `document` behind a key or dash, its lines indented by `indent`.
fn write(document: &Written, indent: usize, text: &mut String) {
    let pad = " ".repeat(indent);
    match document {
        Written::Scalar(scalar) => text.push_str(&format!(" {scalar}\n")),
        Written::Literal(lines) => {
            text.push_str(" |\n");
            for line in lines {
                text.push_str(&format!("{pad}{line}\n"));
            }
        }
        Written::Sequence { flow: false, items } if !items.is_empty() => {
            text.push('\n');
            for item in items {
                text.push_str(&format!("{pad}-"));
                write(item, indent + 2, text);
            }
        }
        Written::Mapping { flow: false, entries } if !entries.is_empty() => {
            text.push('\n');
            for (key, value) in entries {
                text.push_str(&format!("{pad}{key}:"));
                write(value, indent + 2, text);
            }
        }
        Written::Sequence { .. } | Written::Mapping { .. } => {
            text.push(' ');
            write_flow(document, text);
            text.push('\n');
        }
    }
}

fn write_flow(document: &Written, text: &mut String) {
    match document {
        Written::Scalar(scalar) => text.push_str(scalar),
        Written::Literal(lines) => text.push_str(&format!("'{}'", lines.join(" ").replace('\'', "''"))),
        Written::Sequence { items, .. } => {
            text.push('[');
            for item in items {
                write_flow(item, text);
                text.push_str(", ");
            }
            text.push(']');
        }
        Written::Mapping { entries, .. } => {
            text.push_str("{ ");
            for (key, value) in entries {
                text.push_str(&format!("{key}: "));
                write_flow(value, text);
                text.push_str(", ");
            }
            text.push('}');
        }
    }
}

proptest! {
    #[test]
    fn generated_documents_are_read_alike(document in written()) {
        let mut text = "document:".to_owned();
        write(&document, 2, &mut text);
        prop_assert_eq!(ours(&text), theirs(&text), "{}", text);
    }
}

#[test]
fn plain_scalars_are_read_alike() {
    for scalar in PLAIN.into_iter().filter(|scalar| *scalar != "-") {
        let text = format!("a: {scalar}\nb: [{scalar}]\n");
        assert_eq!(ours(&text), theirs(&text), "{scalar}");
    }
}
