//! The job of a run: all its processes end with it, however it ends.

#![expect(unsafe_code, reason = "the functions of Windows are foreign")]

use std::io;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::ptr;
use std::sync::OnceLock;

use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation, SetInformationJobObject,
};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, OpenProcess, PROCESS_SET_QUOTA, PROCESS_TERMINATE,
};

use super::security::{check, size_of_u32};

/// Processes that are killed when this is dropped, or when Windows closes it for a process that ended.
#[derive(Debug)]
pub(super) struct Job(OwnedHandle);

impl Job {
    /// A job without processes.
    ///
    /// # Errors
    ///
    /// If Windows has none.
    pub(super) fn new() -> io::Result<Job> {
        // SAFETY: no attributes and no name.
        let job = unsafe { CreateJobObjectW(ptr::null(), ptr::null()) };
        if job.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call gave a handle that nobody else closes.
        let job = unsafe { OwnedHandle::from_raw_handle(job) };
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        let size = size_of_u32::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>();
        let limits = (&raw const limits).cast();
        // SAFETY: the limits are of the stated kind and size, and outlive the call.
        check(unsafe {
            SetInformationJobObject(job.as_raw_handle(), JobObjectExtendedLimitInformation, limits, size)
        })?;
        Ok(Job(job))
    }

    /// Puts this process into a job that lasts as long as it does, so that what it starts is in it from the first moment:
    /// who is killed while a process of its own comes up could not put that into a job any more.
    ///
    /// Where a process that is in a job already cannot be put into another, each child is still put into that of its run.
    pub(super) fn hold_this_process() {
        static WHOLE: OnceLock<Option<Job>> = OnceLock::new();
        WHOLE.get_or_init(|| {
            let job = Job::new().ok()?;
            // SAFETY: the job is open, and the other handle stands for this process and needs not be closed.
            let held = check(unsafe { AssignProcessToJobObject(job.0.as_raw_handle(), GetCurrentProcess()) });
            held.is_ok().then_some(job)
        });
    }

    /// Puts a process into the job; its children will be in it too.
    ///
    /// # Errors
    ///
    /// If it cannot be; also if it has ended.
    pub(super) fn add(&self, pid: u32) -> io::Result<()> {
        // SAFETY: the function takes numbers.
        let process = unsafe { OpenProcess(PROCESS_SET_QUOTA | PROCESS_TERMINATE, 0, pid) };
        if process.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call gave a handle that nobody else closes.
        let process = unsafe { OwnedHandle::from_raw_handle(process) };
        // SAFETY: both handles are open.
        check(unsafe { AssignProcessToJobObject(self.0.as_raw_handle(), process.as_raw_handle()) })
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::thread;
    use std::time::Duration;

    use super::*;

    /// Waits for a line of its input.
    const WAITS: &str = "set /p line=";

    #[test]
    fn processes_end_with_their_job() {
        let mut child = Command::new("cmd")
            .args(["/c", WAITS])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let job = Job::new().unwrap();
        job.add(child.id()).unwrap();
        assert!(child.try_wait().unwrap().is_none());
        // To wait for it would close its input, and it would end by itself.
        let _input = child.stdin.take();
        drop(job);
        let has_ended = (0..1_000).any(|_| {
            thread::park_timeout(Duration::from_millis(10));
            child.try_wait().unwrap().is_some()
        });
        assert!(has_ended);
    }
}
