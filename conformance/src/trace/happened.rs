//! What happened while time passed, in names.

use std::fmt;

use serde::{Serialize, Serializer};

/// A time or a duration, written in seconds: `30.000s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Milliseconds(pub u64);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}s", self.0 / 1_000, self.0 % 1_000)
    }
}

impl Serialize for Milliseconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum SeenHappening {
    /// A status callback was told a percentage.
    Status {
        /// `nPercentComplete`
        status: u8,
        /// Whose callback; absent where the call is not known any more.
        #[serde(skip_serializing_if = "Option::is_none")]
        of: Option<String>,
    },
    /// Somebody was told something.
    Told {
        /// Who.
        told: String,
        /// What: `query`, `end`, `close`, `ctrl-c`, `exit`, `stop`, `start` or `killed`.
        what: &'static str,
        /// Which window.
        #[serde(skip_serializing_if = "Option::is_none")]
        window: Option<String>,
        /// `lParam` of a query or end.
        #[serde(skip_serializing_if = "Option::is_none")]
        flags: Option<u32>,
        /// `wParam` of an end: whether the session ends.
        #[serde(skip_serializing_if = "Option::is_none")]
        ending: Option<bool>,
        /// Why.
        cause: &'static str,
    },
    /// A window answered `WM_QUERYENDSESSION`, or did not in time.
    Answered {
        /// Whose window.
        answered: String,
        /// Which window.
        #[serde(skip_serializing_if = "Option::is_none")]
        window: Option<String>,
        /// `agrees`, `refuses` or `none`.
        answer: &'static str,
    },
    /// A process exited, or a service stopped.
    Left {
        /// Which.
        left: String,
    },
    /// A process started, or a service runs.
    Started {
        /// Which.
        started: String,
        /// Who started it.
        by: &'static str,
    },
    /// A record was written to the event log.
    Logged {
        /// It.
        logged: Box<SeenRecord>,
    },
}

/// What an application was told, or what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenMessage {
    /// When.
    pub at: Milliseconds,
    /// What: one of the kinds of messages of a scenario.
    pub what: &'static str,
    /// Which window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// `lParam` of a query or end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<u32>,
    /// What the window answered to a query: `agrees`, `refuses` or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<&'static str>,
    /// `wParam` of an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<bool>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'static str>,
}

/// A record of the event log; absent is what records of its id do not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SeenRecord {
    /// The number of the event.
    pub id: u32,
    /// Whose log.
    pub user: String,
    /// `RmSessionId`
    pub session: u32,
    /// `information`, `warning` or `error`.
    pub level: &'static str,
    /// `application` or `operational`.
    pub channel: &'static str,
    /// `nFiles`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<u32>,
    /// `nRegProcs`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<u32>,
    /// `nRegServices`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub services: Option<u32>,
    /// `Service`: the services in a host, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub services_named: Option<Vec<String>>,
    /// `SvcHostPid`: the host, by the name of the first service in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The application, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// `Applications`, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applications: Option<Vec<String>>,
    /// `dwRebootReasons`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<u32>,
    /// `Reason`: why it cannot be restarted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The Win32 code of an internal error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u32>,
    /// `Status`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u32>,
    /// `AppType`
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub application_type: Option<u32>,
    /// `TSSessionId`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminal_session: Option<u32>,
    /// `FullPath`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `DisplayName`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `AppVersion`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::Milliseconds;

    #[test]
    fn times_are_written_in_seconds() {
        for (time, written) in [(0, "0.000s"), (1, "0.001s"), (30_100, "30.100s"), (3_600_000, "3600.000s")] {
            assert_eq!(Milliseconds(time).to_string(), written);
        }
    }
}
