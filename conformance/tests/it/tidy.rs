//! The house checks itself.

use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file of the crates.
fn sources() -> Vec<PathBuf> {
    fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).expect("it is a directory") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for directory in [
        "model/src",
        "sim/src",
        "sim/benches",
        "conformance/src",
        "conformance/tests",
        "conformance/benches",
        "conformance/dropin",
        "conformance/fixtures",
    ] {
        collect(&project.join(directory), &mut files);
    }
    files
}

#[test]
fn every_module_opens_with_a_sentence_of_its_purpose() {
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        let opening = text.lines().next().unwrap_or_default();
        assert!(opening.starts_with("//! ") && opening.len() > 20, "{}: {opening:?}", path.display());
    }
}

#[test]
fn nothing_is_left_undone() {
    // Put together here, so that this file does not name what it looks for.
    let banned = [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("#[", "ignore")];
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        for word in banned {
            assert!(!text.contains(word), "{} contains {word}", path.display());
        }
    }
}

#[test]
fn the_model_depends_on_nothing() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/Cargo.toml");
    assert!(!fs::read_to_string(manifest).unwrap().contains("dependencies"));
}

#[test]
fn the_changelog_speaks_of_what_is_unreleased() {
    let changelog = Path::new(env!("CARGO_MANIFEST_DIR")).join("../CHANGELOG.md");
    assert!(fs::read_to_string(changelog).unwrap().contains("## Unreleased"));
}
