//! The C header: that it is current, and that compilers find in it what Microsoft's has.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::{of_crate, run};

/// Has `compiler` hold `tests/layout.c` against a header.
fn check_layout(compiler: &str, arguments: &[&str]) {
    let mut command = Command::new(compiler);
    command.args(["-Wall", "-Wextra", "-Werror", "-fsyntax-only"]);
    command.args(arguments).arg("-I").arg(of_crate("include")).arg(of_crate("tests/layout.c"));
    run(&mut command);
}

/// The sources as one file that cbindgen understands: without what stands at the head of a module and without tests, and
/// with the one calling convention that it knows. `cbindgen.toml` gives the functions theirs back.
fn sources() -> String {
    let mut sources = String::new();
    for module in ["abi", "exports"] {
        let path = of_crate("src").join(module).with_extension("rs");
        let text = fs::read_to_string(path).expect("the module is there");
        let lines = text.lines().take_while(|line| *line != "#[cfg(test)]");
        for line in lines.filter(|line| !line.starts_with("//!") && !line.starts_with("#![")) {
            writeln!(sources, "{}", line.replace("extern \"system\"", "extern \"C\"")).expect("a text grows");
        }
    }
    sources
}

/// To write the header anew, run this test with `UPDATE_HEADER=1` in the environment.
#[test]
fn the_header_is_what_its_sources_say() {
    let directory = tempfile::tempdir().expect("there is room for a file");
    let source = directory.path().join("rstrtmgr.rs");
    fs::write(&source, sources()).expect("there is room for a file");
    let config = cbindgen::Config::from_file(of_crate("cbindgen.toml")).expect("it has no mistakes");
    let bindings = cbindgen::Builder::new().with_config(config).with_src(source).generate();
    let mut made = Vec::new();
    bindings.expect("the sources are understood").write(&mut made);
    let made = String::from_utf8(made).expect("a header is text");
    let path = of_crate("include/rstmgr/restartmanager.h");
    if std::env::var_os("UPDATE_HEADER").is_some() {
        fs::write(path, made).expect("the header can be written");
    } else {
        let header = fs::read_to_string(path).expect("it is there").replace('\r', "");
        assert_eq!(header, made, "run this test with UPDATE_HEADER=1");
    }
}

#[cfg(unix)]
#[test]
fn the_header_has_the_layouts_of_windows_in_c_and_in_cpp() {
    check_layout("cc", &["-std=c11"]);
    check_layout("c++", &["-x", "c++", "-std=c++11"]);
}

/// The same with the compilers for Windows, whose own header is one more witness.
#[test]
fn the_header_has_the_layouts_of_windows_on_windows() {
    for compiler in ["x86_64-w64-mingw32-gcc", "i686-w64-mingw32-gcc"] {
        check_layout(compiler, &["-std=c11"]);
        check_layout(compiler, &["-std=c11", "-DSYSTEM_HEADER"]);
    }
}
