//! The eleven functions with their arguments.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ArrayArgument, UniqueProcess};

/// A call, with every argument as it is passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `RmStartSession`.
    StartSession {
        /// `dwSessionFlags`.
        flags: u32,
        /// `pSessionHandle` is NULL.
        null_handle: bool,
        /// `strSessionKey` is NULL.
        null_key: bool,
        /// What the key's buffer of 33 characters holds before the call; filled up with NULs.
        key_buffer: String,
    },
    /// `RmJoinSession`.
    JoinSession {
        /// `pSessionHandle` is NULL.
        null_handle: bool,
        /// `strSessionKey`; `None` is NULL.
        key: Option<String>,
    },
    /// `RmEndSession`.
    EndSession {
        /// `dwSessionHandle`.
        handle: u32,
    },
    /// `RmRegisterResources`.
    RegisterResources {
        /// `dwSessionHandle`.
        handle: u32,
        /// `nFiles`, `rgsFileNames`; an element may be NULL.
        files: ArrayArgument<Option<Arc<str>>>,
        /// `nApplications`, `rgApplications`.
        processes: ArrayArgument<UniqueProcess>,
        /// `nServices`, `rgsServiceNames`; an element may be NULL.
        services: ArrayArgument<Option<String>>,
    },
    /// `RmGetList`.
    GetList {
        /// `dwSessionHandle`.
        handle: u32,
        /// `pnProcInfo` on entry: the capacity of the array, in elements.
        capacity: u32,
        /// `rgAffectedApps` is NULL.
        null_array: bool,
        /// `pnProcInfoNeeded` is NULL.
        null_needed: bool,
        /// `pnProcInfo` is NULL.
        null_count: bool,
        /// `lpdwRebootReasons` is NULL.
        null_reasons: bool,
    },
    /// `RmShutdown`.
    Shutdown {
        /// `dwSessionHandle`.
        handle: u32,
        /// `lActionFlags`.
        flags: u32,
        /// Whether `fnStatus` is not NULL.
        callback: bool,
    },
    /// `RmRestart`.
    Restart {
        /// `dwSessionHandle`.
        handle: u32,
        /// `dwRestartFlags`.
        flags: u32,
        /// Whether `fnStatus` is not NULL.
        callback: bool,
    },
    /// `RmCancelCurrentTask`.
    CancelCurrentTask {
        /// `dwSessionHandle`.
        handle: u32,
    },
    /// `RmAddFilter`.
    AddFilter {
        /// `dwSessionHandle`.
        handle: u32,
        /// Whom the filter is about.
        target: FilterTarget,
        /// `FilterAction`.
        action: u32,
    },
    /// `RmRemoveFilter`.
    RemoveFilter {
        /// `dwSessionHandle`.
        handle: u32,
        /// Whom the filter is about.
        target: FilterTarget,
    },
    /// `RmGetFilterList`.
    GetFilterList {
        /// `dwSessionHandle`.
        handle: u32,
        /// `cbFilterBuf`: the size of the buffer in bytes.
        capacity: u32,
        /// `pbFilterBuf` is NULL.
        null_buffer: bool,
        /// `cbFilterBufNeeded` is NULL.
        null_needed: bool,
    },
}

impl Call {
    /// The function's name, such as `RmStartSession`.
    pub fn function(&self) -> &'static str {
        match self {
            Call::StartSession { .. } => "RmStartSession",
            Call::JoinSession { .. } => "RmJoinSession",
            Call::EndSession { .. } => "RmEndSession",
            Call::RegisterResources { .. } => "RmRegisterResources",
            Call::GetList { .. } => "RmGetList",
            Call::Shutdown { .. } => "RmShutdown",
            Call::Restart { .. } => "RmRestart",
            Call::CancelCurrentTask { .. } => "RmCancelCurrentTask",
            Call::AddFilter { .. } => "RmAddFilter",
            Call::RemoveFilter { .. } => "RmRemoveFilter",
            Call::GetFilterList { .. } => "RmGetFilterList",
        }
    }
}

/// Whom a filter is about: exactly one of the three, if it is right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterTarget {
    /// `strModuleName`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub module: Option<String>,
    /// `pProcess`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub process: Option<UniqueProcess>,
    /// `strServiceShortName`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service: Option<String>,
}
