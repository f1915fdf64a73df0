//! The scenarios that tests go over: those of the project, and examples made for tests.

use std::fs;
use std::path::{Path, PathBuf};

/// The name and the text of every scenario under `scenarios/` and of every file in `conformance/tests/examples/`.
pub(crate) fn all() -> Vec<(String, String)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&here.join("tests/examples"), &mut paths);
    assert!(!paths.is_empty(), "the examples are there");
    collect(&here.join("../scenarios"), &mut paths);
    paths.sort();
    let read = |path: &PathBuf| fs::read_to_string(path).expect("it can be read");
    paths.iter().map(|path| (path.display().to_string(), read(path))).collect()
}

fn collect(directory: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("it is a directory") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            paths.push(path);
        }
    }
}
