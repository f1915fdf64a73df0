//! What is known of single files, and whether it fits who uses them.

use std::collections::BTreeMap;

use crate::scenario::parse::expect::reply;
use crate::scenario::parse::lower::Lowering;
use crate::scenario::problem::{Problem, ProblemKind, quoted};
use crate::scenario::yaml::Node;
use crate::scenario::{File, WhatLiesThere};

/// Takes the files that `root` states.
pub(super) fn lower(lowering: &mut Lowering<'_>, root: &Node<'_>) {
    // Paths without letter case, their places in the list, and where they stand.
    let mut known: BTreeMap<String, (usize, Node<'_>)> = BTreeMap::new();
    for (key, value) in root.get("files").and_then(Node::entries).unwrap_or_default() {
        let (Some(path), Some(what)) = (key.text(), what(value)) else { continue };
        let same = path.to_lowercase();
        if let Some((_, first)) = known.get(&same) {
            if !lowering.troubled(&key.span) {
                let message = format!("{} is stated twice", quoted(path));
                let problem = Problem::at(ProblemKind::Meaning, key.span.clone(), message, "again");
                let problem = problem.also(first.span.clone(), "first here");
                lowering.push(problem.help("letter case does not make another file"));
            }
            continue;
        }
        known.insert(same, (lowering.world.files.len(), key.clone()));
        lowering.world.files.push(File { path: path.to_owned(), what });
    }
    other_names(lowering, root, &known);
    uses(lowering, root, &known);
}

fn what(node: &Node<'_>) -> Option<WhatLiesThere> {
    match node.text() {
        Some("missing") => Some(WhatLiesThere::Nothing),
        Some("directory") => Some(WhatLiesThere::Directory),
        Some(_) => None,
        None => match node.get("same-file-as") {
            Some(other) => Some(WhatLiesThere::AnotherNameOf(other.text()?.to_owned())),
            None => Some(WhatLiesThere::CannotBeOpened(reply(node.get("cannot-be-opened")?)?)),
        },
    }
}

/// Complains about other names that lead to nothing.
fn other_names(lowering: &mut Lowering<'_>, root: &Node<'_>, known: &BTreeMap<String, (usize, Node<'_>)>) {
    for (_, value) in root.get("files").and_then(Node::entries).unwrap_or_default() {
        let Some(node) = value.get("same-file-as") else { continue };
        let Some(path) = node.text() else { continue };
        let Some((target, _)) = known.get(&path.to_lowercase()) else { continue };
        match lowering.world.files[*target].what {
            WhatLiesThere::AnotherNameOf(_) => {
                let message = format!("{} is another name itself", quoted(path));
                let help = "state the file's own path".to_owned();
                lowering.report(&node.span, message, "expected a file's own path", Some(help));
            }
            WhatLiesThere::Nothing => {
                lowering.report(
                    &node.span,
                    format!("{} is missing", quoted(path)),
                    "nothing lies there",
                    None,
                );
            }
            WhatLiesThere::Directory | WhatLiesThere::CannotBeOpened(_) => {}
        }
    }
}

/// Complains about running processes that use what is not there.
fn uses(lowering: &mut Lowering<'_>, root: &Node<'_>, known: &BTreeMap<String, (usize, Node<'_>)>) {
    for section in ["installers", "world"] {
        for (_, process) in root.get(section).and_then(Node::entries).unwrap_or_default() {
            if process.get("running").and_then(crate::scenario::parse::lower::truth) == Some(false) {
                continue;
            }
            for (field, paths) in process.entries().unwrap_or_default() {
                let used =
                    crate::scenario::parse::format::USES.iter().any(|used| Some(used.name) == field.text());
                for node in paths.items().filter(|_| used).unwrap_or_default() {
                    missing(lowering, node, known);
                }
            }
        }
    }
}

fn missing(lowering: &mut Lowering<'_>, node: &Node<'_>, known: &BTreeMap<String, (usize, Node<'_>)>) {
    let Some(path) = node.text() else { return };
    let Some((file, place)) = known.get(&path.to_lowercase()) else { return };
    if lowering.world.files[*file].what == WhatLiesThere::Nothing {
        let message = format!("{} is missing, and yet in use", quoted(path));
        let problem = Problem::at(ProblemKind::Meaning, node.span.clone(), message, "cannot be used");
        lowering.push(problem.also(place.span.clone(), "missing, as this says"));
    }
}
