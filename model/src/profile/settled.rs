//! The open questions of the facts that are no knobs, and why.

/// Questions that the facts settle although they list them as open: (question, how).
pub const SETTLED: &[(&str, &str)] = &[
    (
        "U-16",
        "its only option is that nothing withdraws a resource; clients end the session and start another (OBS-END-03)",
    ),
    (
        "U-27c",
        "a name longer than 255 characters can only be cut, since the field has no room for more (TYPE-03, TYPE-43)",
    ),
    (
        "U-28b",
        "a process of a world shows one kind of thing; a console program that loaded user32.dll (CON-08) is stated as what it shows",
    ),
    ("U-36c", "the exit code of a killed process can be seen by nobody who is told of here"),
    (
        "U-61d",
        "160 for none or several targets and for undefined actions is its only option that names a code (FILT-09)",
    ),
    ("U-61e", "that a target need not exist is its only option; clients filter before they register"),
    ("U-65", "the header fixes the layout: RM_UNIQUE_PROCESS (TYPE-55)"),
    (
        "U-66",
        "paths are compared without letter case everywhere, and filters are those of a session (FILT-20)",
    ),
    (
        "U-70",
        "each time limit is a timing of the profile: 5 s for messages and 30 s to exit are documented where they apply (APP-08, APP-09), and a machine that is set otherwise is stated so",
    ),
    ("U-84d", "an application that does not run at the shutdown has no registration (ARR-26)"),
    ("U-88", "its only option is yes, as REG-15 and REG-16 say"),
    (
        "UNK-10",
        "the bit 0x40000 of one record and the version field follow no published rule: the version is that of the program",
    ),
    (
        "UNK-04",
        "the hashes and the sequence number of a session's key are read by nobody but the library itself",
    ),
    (
        "UNK-09",
        "containers and Server Core are no part of a scenario's world; remote holders are never listed (OBS-LIST-10)",
    ),
    ("UNK-11", "a question for reports of error 121 in practice, which no simulation answers"),
];
