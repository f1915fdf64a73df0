//! Processes as they are handed to a call: by the name of somebody, with a wrong start time, or by a number.

use super::lower::{Lowering, number};
use crate::scenario::problem::quoted;
use crate::scenario::yaml::Node;
use crate::scenario::{ProcessElement, ProcessOf};

/// The process that `node` states.
pub(crate) fn process_element(lowering: &mut Lowering<'_>, node: &Node<'_>) -> Option<ProcessElement> {
    let wrong_start_time = node.get("start-time").is_some();
    let who = if let Some(node) = node.get("application") {
        ProcessOf::Application(lowering.application(node)?)
    } else if let Some(node) = node.get("installer") {
        ProcessOf::Installer(lowering.installer(node)?)
    } else if let Some(node) = node.get("pid") {
        ProcessOf::Nobody(nobody(lowering, node)?)
    } else {
        lowering.process(node)?
    };
    Some(ProcessElement { who, wrong_start_time })
}

/// The process id in `node`, which no process of the scenario states.
fn nobody(lowering: &mut Lowering<'_>, node: &Node<'_>) -> Option<u32> {
    let pid: u32 = number(node)?;
    let world = &lowering.world;
    let installer = world.installers.iter().find(|installer| installer.process.pid == Some(pid));
    let application = world.applications.iter().find(|application| application.process.pid == Some(pid));
    let name =
        installer.map(|installer| &installer.name).or(application.map(|application| &application.name));
    if let Some(name) = name.cloned() {
        let message = format!("process id {pid} is that of {}", quoted(&name));
        let help = format!("write `{name}`");
        lowering.report(&node.span, message, "expected one that nobody has", Some(help));
    }
    Some(pid)
}
