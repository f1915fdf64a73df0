"""An installer that replaces C:\\App\\core.dll: it stops who uses the file, and starts them again.

    python3 setup.py           starts a session, and runs itself as its add-on
    python3 setup.py KEY       the add-on: joins the session with this key and registers a file of its own

Nothing in it knows of a simulation. On Windows it calls rstrtmgr.dll, elsewhere librstrtmgr.so.
"""

import ctypes
import subprocess
import sys
from ctypes import POINTER, byref, c_int32, c_uint, c_uint16, c_uint32

ERROR_MORE_DATA = 234
KEY_LENGTH = 32

if sys.platform == "win32":
    library = ctypes.WinDLL("rstrtmgr.dll")
else:
    library = ctypes.CDLL("librstrtmgr.so")


class UniqueProcess(ctypes.Structure):
    _fields_ = [("process_id", c_uint32), ("start_time_low", c_uint32), ("start_time_high", c_uint32)]


class ProcessInfo(ctypes.Structure):
    # c_wchar has 32 bits outside of Windows, so texts are arrays of 16-bit units.
    _fields_ = [
        ("process", UniqueProcess),
        ("name", c_uint16 * 256),
        ("service", c_uint16 * 64),
        ("type", c_int32),
        ("status", c_uint32),
        ("terminal_session", c_uint32),
        ("restartable", c_int32),
    ]


StatusCallback = ctypes.CFUNCTYPE(None, c_uint)
Text = POINTER(c_uint16)

for name, arguments in {
    "RmStartSession": [POINTER(c_uint32), c_uint32, Text],
    "RmJoinSession": [POINTER(c_uint32), Text],
    "RmEndSession": [c_uint32],
    "RmRegisterResources": [
        c_uint32, c_uint, POINTER(Text), c_uint, POINTER(UniqueProcess), c_uint, POINTER(Text),
    ],
    "RmGetList": [c_uint32, POINTER(c_uint), POINTER(c_uint), POINTER(ProcessInfo), POINTER(c_uint32)],
    "RmShutdown": [c_uint32, c_uint32, StatusCallback],
    "RmRestart": [c_uint32, c_uint32, StatusCallback],
}.items():
    function = getattr(library, name)
    function.argtypes, function.restype = arguments, c_uint32


def to_utf16(text):
    """A text in UTF-16 with a NUL behind it."""
    units = (text + "\0").encode("utf-16-le")
    return (c_uint16 * (len(units) // 2)).from_buffer_copy(units)


def from_utf16(units):
    return bytes(units).decode("utf-16-le").split("\0", 1)[0]


def call(name, *arguments, allowed=()):
    reply = getattr(library, name)(*arguments)
    print(f"{name}: {reply}", flush=True)
    if reply != 0 and reply not in allowed:
        sys.exit(1)
    return reply


def register(session, path):
    text = to_utf16(path)
    files = (Text * 1)(ctypes.cast(text, Text))
    call("RmRegisterResources", session, 1, files, 0, None, 0, None)


def affected(session):
    """The applications, after as many calls as it takes: their number may change between two."""
    needed, count, reasons = c_uint(0), c_uint(0), c_uint32(0)
    applications = None
    while call(
        "RmGetList", session, byref(needed), byref(count), applications, byref(reasons), allowed=[ERROR_MORE_DATA]
    ):
        applications = (ProcessInfo * needed.value)()
        count.value = needed.value
    return applications[: count.value] if applications else []


@StatusCallback
def on_status(percent):
    print(f"  {percent} %", flush=True)


def add_on(key):
    session = c_uint32()
    call("RmJoinSession", byref(session), to_utf16(key))
    register(session, r"C:\App\plugin.dll")
    call("RmEndSession", session)


def setup():
    session = c_uint32()
    key = (c_uint16 * (KEY_LENGTH + 1))()
    call("RmStartSession", byref(session), 0, key)
    register(session, r"C:\App\core.dll")
    subprocess.run([sys.executable, __file__, from_utf16(key)], check=True)
    for application in affected(session):
        print(f"  {from_utf16(application.name)}: restartable: {application.restartable != 0}")
    call("RmShutdown", session, 0, on_status)
    print("the files are replaced here")
    call("RmRestart", session, 0, on_status)
    call("RmEndSession", session)


if len(sys.argv) > 1:
    add_on(sys.argv[1])
else:
    setup()
