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
//! Modeled are all eleven functions, and what surrounds them: what applications and services answer, filters, the
//! registration for restart, the event log, reboots. A call that takes time is answered with [`Output::Pending`];
//! the machine then says through [`TimerChange`] for what it wants to be woken by [`Input::Due`], and some later step
//! lets out [`Output::Returned`]. Not modeled are Windows Installer, store packages and what people see.
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
//!     shutdown_privilege: true,
//! });
//!
//! let mut machine = Machine::new(world, Profile::windows_11());
//! let mut observed = Observed::default();
//! let mut call = |call| {
//!     observed.clear();
//!     machine.step(&Input::Call { by: setup, call, inside: None }, &mut FirstOption, &mut observed);
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

mod act;
mod affected;
mod call;
mod cancel;
mod changes;
mod choices;
mod concurrency;
mod encoding;
mod event;
mod event_log;
mod fault;
mod filter;
mod flaw;
mod happening;
mod history;
mod installer_act;
mod machine;
mod observed;
mod operation;
mod path;
mod process;
pub mod profile;
mod property;
mod registration;
mod renaming;
mod replacement;
mod resource;
mod restart;
mod reuse;
pub mod rule;
mod service_control;
mod session;
mod shutdown;
mod signature;
mod system_shutdown;
mod timer;
mod world;
mod writer;

pub use act::{
    Act, RESTART_COMMAND_LINE_MAX, RESTART_NO_CRASH, RESTART_NO_HANG, RESTART_NO_PATCH, RESTART_NO_REBOOT,
    RegistrationCall,
};
pub use call::{
    ArrayArgument, Call, CallId, FORCE_SHUTDOWN, FilterTarget, GetFilterList, GetList, KEY_LENGTH,
    KeyArgument, Module, RegisterResources, Reply, Restart, SESSION_LIMIT, SHUTDOWN_ONLY_REGISTERED,
    SessionHandle, SessionKey, Shutdown, StartSession, UniqueProcess,
};
pub use choices::{ChoicePoint, Choices, FirstOption};
pub use event::{Event, Launch};
pub use fault::Fault;
pub use flaw::Flaw;
pub use happening::{
    CannotRestart, Cause, FileView, FilterEntry, LOG_PROVIDER, LOG_PROVIDER_GUID, Left, LogApplication,
    LogEvent, LogRecord, Message, ProcessView, RestartSettings, Started, StartedBy, Told,
};
pub use machine::{Input, Machine};
pub use observed::{
    AffectedApplication, ApplicationStatus, ApplicationType, DatabaseSession, ListOutputs, Observed, Output,
    RebootReasons, RuleSet, TimerChange, TimerId,
};
pub use path::PATH_LENGTH_MAX;
pub use profile::{Knob, KnobFacts, Profile};
pub use property::{Broken, Monitor, Property, PropertySet};
pub use renaming::{Bundle, Renaming};
pub use resource::TEXT_LIMIT;
pub use rule::Rule;
pub use session::InstallerRole;
pub use world::{
    APPLICATION_NAME_MAX, Behavior, FileFact, HiddenWindow, HowUsed, Installer, InstallerId, OnConsoleEvent,
    OnEnd, OnQuery, OnStart, OnStop, PathId, Process, ProcessId, ProcessKind, RestartRegistration,
    SERVICE_NAME_MAX, Service, ServiceId, ServiceNameId, TextId, Use, UserId, World,
};
