//! The C header: that it is current, and that compilers find in it what Microsoft's has.

use std::process::Command;

use crate::{of_crate, run};

/// Has `compiler` hold `tests/layout.c` against a header.
fn check_layout(compiler: &str, arguments: &[&str]) {
    let mut command = Command::new(compiler);
    command.args(["-Wall", "-Wextra", "-Werror", "-fsyntax-only"]);
    command.args(arguments).arg("-I").arg(of_crate("include")).arg(of_crate("tests/layout.c"));
    run(&mut command);
}

#[cfg(target_os = "linux")]
#[test]
fn the_header_is_what_its_sources_say() {
    run(&mut Command::new(of_crate("../../.ci/header")));
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
