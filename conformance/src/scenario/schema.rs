//! The JSON Schemas of scenarios and profiles, for editors; made from the tables that the parser uses.

use rstmgr_model::profile::Timing;
use rstmgr_model::{Knob, Reply, Rule};
use serde_json::{Map, Value, json};

use super::parse::format::{DURATION, PROFILE, SCENARIO};
use super::parse::shape::{Constraint, Field, Pattern, Record, Shape};

/// The JSON Schema (2020-12) of scenario files.
///
/// It says of a file what can be said without resolving names: which fields there are, and what they may hold. What
/// else must hold, only the parser knows.
pub fn schema() -> Value {
    of_file(&SCENARIO, "A scenario of Restart Manager use, format version 1")
}

/// The JSON Schema (2020-12) of profile files, of which it says as much.
pub fn profile_schema() -> Value {
    of_file(&PROFILE, "A profile of the Restart Manager, format version 1")
}

fn of_file(file: &'static Record, title: &str) -> Value {
    let mut definitions = Map::new();
    let mut schema = record(file, &mut definitions);
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "$defs": definitions,
    });
    if let (Value::Object(schema), Value::Object(head)) = (&mut schema, head) {
        schema.extend(head);
    }
    schema
}

fn shape(shape: &'static Shape, definitions: &mut Map<String, Value>) -> Value {
    match shape {
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::True => json!({ "const": true }),
        Shape::Integer(min, max) => {
            json!({ "type": "integer", "minimum": number(*min), "maximum": number(*max) })
        }
        Shape::OneInteger(values) => {
            json!({ "type": "integer", "enum": values.iter().map(|value| number(*value)).collect::<Vec<_>>() })
        }
        Shape::Text(fits) => pattern(fits),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::Null => json!({ "type": "null" }),
        Shape::List(item) => json!({ "type": "array", "items": self::shape(item, definitions) }),
        Shape::Words(words) => json!({ "type": "array", "items": { "enum": words }, "uniqueItems": true }),
        Shape::Rules(max) => {
            let ids: Vec<&str> = Rule::all().map(Rule::id).collect();
            json!({ "type": "array", "items": { "enum": ids }, "uniqueItems": true, "maxItems": max })
        }
        Shape::Record(fields) => record(fields, definitions),
        Shape::OneOf(_, groups) => json!({
            "type": "object",
            "properties": properties(groups, definitions),
            "additionalProperties": false,
            "minProperties": 1,
            "maxProperties": 1,
        }),
        Shape::Map(keys, value) => json!({
            "type": "object",
            "propertyNames": pattern(keys),
            "additionalProperties": self::shape(value, definitions),
        }),
        Shape::Entry(keys, value) => json!({
            "type": "object",
            "propertyNames": pattern(keys),
            "additionalProperties": self::shape(value, definitions),
            "minProperties": 1,
            "maxProperties": 1,
        }),
        Shape::Either(shapes) => {
            let any: Vec<Value> = shapes.iter().map(|shape| self::shape(shape, definitions)).collect();
            json!({ "anyOf": any })
        }
        Shape::Named(name, shape) => {
            if !definitions.contains_key(*name) {
                // A place holder, should the shape hold itself.
                definitions.insert((*name).to_owned(), Value::Null);
                let definition = self::shape(shape, definitions);
                definitions.insert((*name).to_owned(), definition);
            }
            json!({ "$ref": format!("#/$defs/{name}") })
        }
        Shape::Knobs => knobs(|knob| json!({ "enum": knob.options() })),
        Shape::KnobAnswers(fields) => {
            let fields = record(fields, definitions);
            knobs(|knob| {
                let mut fields = fields.clone();
                fields["properties"]["answer"]["enum"] = json!(knob.options());
                json!({ "anyOf": [{ "enum": knob.options() }, fields] })
            })
        }
        Shape::Knob => json!({ "enum": Knob::all().map(Knob::name).collect::<Vec<_>>() }),
        Shape::KnobOptions => knobs(|knob| {
            let some = json!({ "type": "array", "items": { "enum": knob.options() }, "uniqueItems": true });
            json!({ "anyOf": [{ "enum": knob.options() }, some] })
        }),
        Shape::Timings => timings(),
        Shape::Reply => reply(),
        // `false` says the same, but could have no description.
        Shape::Never(_) => json!({ "not": {} }),
    }
}

fn record(record: &'static Record, definitions: &mut Map<String, Value>) -> Value {
    let fields = || record.fields.iter().copied().flatten();
    let required: Vec<&str> = fields().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties(record.fields, definitions),
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if !record.constraints.is_empty() {
        schema["allOf"] = record.constraints.iter().map(constraint).collect();
    }
    schema
}

fn properties(groups: &'static [&'static [Field]], definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for field in groups.iter().copied().flatten() {
        let mut schema = shape(field.shape, definitions);
        schema["description"] = json!(field.doc);
        properties.insert(field.name.to_owned(), schema);
    }
    Value::Object(properties)
}

fn constraint(constraint: &Constraint) -> Value {
    match constraint {
        Constraint::ExactlyOne(fields) => {
            let one: Vec<Value> = fields.iter().map(|field| json!({ "required": [field] })).collect();
            json!({ "oneOf": one })
        }
        Constraint::Needs(field, other) => json!({ "dependentRequired": { *field: [other] } }),
        Constraint::Excludes(field, others) => json!({ "dependentSchemas": { *field: none_of(others) } }),
        Constraint::Only { field, is, fields } => json!({
            "if": { "properties": { *field: { "not": { "enum": is } } }, "required": [field] },
            "then": none_of(fields),
        }),
    }
}

/// None of `fields` is there.
fn none_of(fields: &[&str]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| ((*field).to_owned(), json!(false))).collect();
    json!({ "properties": properties })
}

fn pattern(pattern: &Pattern) -> Value {
    json!({ "type": "string", "pattern": pattern.regex })
}

fn knobs(value: impl Fn(Knob) -> Value) -> Value {
    let mut properties = Map::new();
    for knob in Knob::all() {
        let mut value = value(knob);
        value["description"] = json!(knob.facts().asks);
        properties.insert(knob.name().to_owned(), value);
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn timings() -> Value {
    let names = Timing::ALL.into_iter().map(Timing::name);
    let properties: Map<String, Value> = names.map(|name| (name.to_owned(), pattern(&DURATION))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn reply() -> Value {
    let names: Vec<&str> = Reply::named().filter_map(Reply::name).collect();
    json!({ "anyOf": [{ "enum": names }, { "type": "integer", "minimum": 0, "maximum": u32::MAX }] })
}

fn number(value: i128) -> Value {
    match (u64::try_from(value), i64::try_from(value)) {
        (Ok(value), _) => json!(value),
        (_, Ok(value)) => json!(value),
        _ => Value::Null,
    }
}
