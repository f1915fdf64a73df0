//! The Windows Restart Manager as one pure state machine.
//!
//! A [`Machine`] is one Windows as far as the Restart Manager goes: its sessions and their handles, the resources
//! registered with them, and the applications that use those. [`Machine::step`] applies one [`Input`]: a call of an
//! installer, or something that happens in the world. It appends to [`Observed`] what can be seen from outside, and
//! every [`Rule`] of the facts that applied.
//!
//! The model reads no clock, rolls no dice and does no input or output. What may go either way it asks of
//! [`Choices`]; what the facts leave open is a [`Knob`] of the [`Profile`].
//!
//! Modeled are the calls that answer at once: start, join, end, register, list. Of the other functions only the
//! first checks are, of handle and role; what they do then is [`Output::NotModeled`].
//!
//! ```
//! use rstmgr_model::*;
//!
//! let mut world = World::new();
//! let user = World::user(0);
//! let core = world.path(r"C:\App\core.dll");
//! let mut editor = world.process(r"C:\App\editor.exe", user);
//! editor.uses.push(Use { path: core, how: HowUsed::Handle });
//! world.add_process(editor);
//! let setup = world.process(r"C:\Setup\setup.exe", user);
//! let process = world.add_process(setup);
//! let setup = world.add_installer(Installer {
//!     process,
//!     as_service: false,
//!     current_directory: String::from(r"C:\Setup"),
//! });
//!
//! let mut machine = Machine::new(world, Profile::windows_11());
//! let mut observed = Observed::default();
//! let mut call = |call| {
//!     observed.clear();
//!     machine.step(&Input::Call { by: setup, call }, &mut FirstOption, &mut observed);
//!     observed.clone()
//! };
//! call(Call::StartSession(StartSession {
//!     flags: 0,
//!     null_handle: false,
//!     null_key: false,
//!     buffer_in_use: false,
//!     key: SessionKey(1),
//! }));
//! let handle = SessionHandle(0);
//! call(Call::RegisterResources(RegisterResources {
//!     handle,
//!     files: ArrayArgument::of(vec![Some(core)]),
//!     processes: ArrayArgument::absent(),
//!     services: ArrayArgument::absent(),
//! }));
//! let listed = call(Call::GetList(GetList {
//!     handle,
//!     capacity: 0,
//!     null_array: true,
//!     null_needed: false,
//!     null_count: false,
//!     null_reasons: false,
//! }));
//! assert_eq!(listed.reply(), Some(Reply::MoreData));
//! assert!(listed.rules.contains(rule::ARRAY_TOO_SMALL)); // LIST-07
//! ```

mod affected;
mod call;
mod choices;
mod event;
mod fault;
mod flaw;
mod machine;
mod observed;
mod path;
pub mod profile;
mod resource;
pub mod rule;
mod session;
mod world;

pub use call::{
    ArrayArgument, Call, GetList, KEY_LENGTH, KeyArgument, LaterFunction, RegisterResources, Reply,
    SESSION_LIMIT, SessionHandle, SessionKey, StartSession, UniqueProcess,
};
pub use choices::{ChoicePoint, Choices, FirstOption};
pub use event::{Event, Launch};
pub use fault::Fault;
pub use flaw::Flaw;
pub use machine::{Input, Machine};
pub use observed::{
    AffectedApplication, ApplicationStatus, ApplicationType, DatabaseSession, ListOutputs, Observed, Output,
    RebootReasons, RuleSet,
};
pub use path::PATH_LENGTH_MAX;
pub use profile::{Knob, KnobFacts, Profile};
pub use resource::TEXT_LIMIT;
pub use rule::Rule;
pub use session::InstallerRole;
pub use world::{
    APPLICATION_NAME_MAX, FileFact, HowUsed, Installer, InstallerId, PathId, Process, ProcessId, ProcessKind,
    RestartRegistration, SERVICE_NAME_MAX, Service, ServiceId, ServiceNameId, TextId, Use, UserId, World,
};
