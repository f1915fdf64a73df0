//! An answer of the Restart Manager, with what was asked.

use super::notes::{CallNote, Standing};
use crate::call::{Call, Reply, SessionHandle, SessionKey};
use crate::observed::Output;
use crate::world::{InstallerId, ProcessId};

/// A call that was answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer<'a> {
    pub(super) by: InstallerId,
    pub(super) process: ProcessId,
    pub(super) call: &'a Call,
    /// What its handle stands for, or stood for when the call was made.
    pub(super) standing: Option<Standing>,
    pub(super) reply: Reply,
    /// All that the step let out.
    pub(super) outputs: &'a [Output],
    /// What the call wrote behind its answer.
    pub(super) written: &'a [Output],
    /// Whether it was under way before.
    pub(super) note: Option<&'a CallNote>,
}

impl Answer<'_> {
    pub(super) fn is_success(&self) -> bool {
        self.reply == Reply::Success
    }

    /// Whether it was answered in the step in which it was made.
    pub(super) fn is_prompt(&self) -> bool {
        self.note.is_none()
    }

    pub(super) fn key(&self) -> Option<SessionKey> {
        self.standing.and_then(Standing::key)
    }

    /// Whether it gave anything to its caller: success, or a size that helps to succeed.
    pub(super) fn is_granted(&self) -> bool {
        matches!(self.reply, Reply::Success | Reply::MoreData) && !needs_nothing(self.call)
    }
}

/// Whether a call is answered with `ERROR_MORE_DATA` before its handle is looked at (FILT-26).
fn needs_nothing(call: &Call) -> bool {
    matches!(call, Call::GetFilterList(arguments) if arguments.null_needed)
}

/// The handle that a call passes.
pub(super) fn handle_of(call: &Call) -> Option<SessionHandle> {
    match call {
        Call::StartSession(_) | Call::JoinSession { .. } => None,
        Call::EndSession { handle }
        | Call::CancelCurrentTask { handle }
        | Call::AddFilter { handle, .. }
        | Call::RemoveFilter { handle, .. } => Some(*handle),
        Call::RegisterResources(arguments) => Some(arguments.handle),
        Call::GetList(arguments) => Some(arguments.handle),
        Call::Shutdown(arguments) => Some(arguments.handle),
        Call::Restart(arguments) => Some(arguments.handle),
        Call::GetFilterList(arguments) => Some(arguments.handle),
    }
}

/// Whether a call is one of those that take a while: the others are answered at once, or wait for one.
pub(super) fn is_operation(call: &Call) -> bool {
    matches!(call, Call::Shutdown(_) | Call::Restart(_))
}

/// What a call wrote behind its answer: all until something else is answered.
pub(super) fn written(rest: &[Output]) -> &[Output] {
    let is_next =
        |output: &Output| matches!(output, Output::Reply(_) | Output::Returned(..) | Output::Pending(_));
    &rest[..rest.iter().position(is_next).unwrap_or(rest.len())]
}

/// Whether a call passes NULL where a function must write or read.
pub(super) fn passes_null(call: &Call) -> bool {
    match call {
        Call::StartSession(arguments) => arguments.null_handle || arguments.null_key,
        Call::JoinSession { null_handle, key } => *null_handle || key.is_none(),
        Call::GetList(arguments) => {
            arguments.null_needed
                || arguments.null_count
                || arguments.null_reasons
                || arguments.null_array && arguments.capacity > 0
        }
        Call::GetFilterList(arguments) => {
            arguments.null_needed || arguments.null_buffer && arguments.capacity > 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{GetFilterList, GetList, StartSession};

    #[test]
    fn a_null_pointer_is_one_where_something_is_to_be_written() {
        let handle = SessionHandle(0);
        let filters = |capacity, null_buffer, null_needed| {
            passes_null(&Call::GetFilterList(GetFilterList { handle, capacity, null_buffer, null_needed }))
        };
        assert!(!filters(0, false, false) && !filters(1, false, false));
        // With a size of 0 it is asked how much room is needed.
        assert!(!filters(0, true, false) && filters(1, true, false));
        assert!(filters(0, false, true) && filters(1, true, true));
        let whole = GetList {
            handle,
            capacity: 1,
            null_array: false,
            null_needed: false,
            null_count: false,
            null_reasons: false,
        };
        let list = |arguments: GetList| passes_null(&Call::GetList(arguments));
        assert!(!list(whole));
        assert!(list(GetList { null_needed: true, ..whole }));
        assert!(list(GetList { null_count: true, ..whole }));
        assert!(list(GetList { null_reasons: true, ..whole }));
        assert!(list(GetList { null_array: true, ..whole }));
        assert!(!list(GetList { null_array: true, capacity: 0, ..whole }));
        let start = |null_handle, null_key| {
            let key = SessionKey(1);
            let arguments = StartSession { flags: 0, null_handle, null_key, buffer_in_use: false, key };
            passes_null(&Call::StartSession(arguments))
        };
        assert!(!start(false, false) && start(true, false) && start(false, true));
    }
}
