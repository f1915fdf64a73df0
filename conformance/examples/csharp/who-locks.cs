// Who uses a file? The way in which many programs ask the Restart Manager, with RmGetList called twice.
//
//   who-locks.exe PATH
//
// The declarations are those that are found everywhere, except where they say otherwise.

using System;
using System.Runtime.InteropServices;
using System.Text;

static class WhoLocks
{
    const int ERROR_MORE_DATA = 234;
    const int CCH_RM_SESSION_KEY = 32;
    const int CCH_RM_MAX_APP_NAME = 255;
    const int CCH_RM_MAX_SVC_NAME = 63;

    [StructLayout(LayoutKind.Sequential)]
    struct RM_UNIQUE_PROCESS
    {
        public int dwProcessId;
        public System.Runtime.InteropServices.ComTypes.FILETIME ProcessStartTime;
    }

    enum RM_APP_TYPE
    {
        RmUnknownApp = 0,
        RmMainWindow = 1,
        RmOtherWindow = 2,
        RmService = 3,
        RmExplorer = 4,
        RmConsole = 5,
        RmCritical = 1000
    }

    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
    struct RM_PROCESS_INFO
    {
        public RM_UNIQUE_PROCESS Process;
        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = CCH_RM_MAX_APP_NAME + 1)]
        public string strAppName;
        [MarshalAs(UnmanagedType.ByValTStr, SizeConst = CCH_RM_MAX_SVC_NAME + 1)]
        public string strServiceShortName;
        public RM_APP_TYPE ApplicationType;
        public uint AppStatus;
        public uint TSSessionId;
        [MarshalAs(UnmanagedType.Bool)]
        public bool bRestartable;
    }

    // Often with CharSet.Auto and `string strSessionKey`. Mono's Auto is UTF-8 outside of Windows, and the function
    // writes: 33 units of UTF-16 would not fit.
    [DllImport("rstrtmgr.dll", CharSet = CharSet.Unicode)]
    static extern int RmStartSession(out uint pSessionHandle, int dwSessionFlags, StringBuilder strSessionKey);

    [DllImport("rstrtmgr.dll")]
    static extern int RmEndSession(uint pSessionHandle);

    [DllImport("rstrtmgr.dll", CharSet = CharSet.Unicode)]
    static extern int RmRegisterResources(uint pSessionHandle, uint nFiles, string[] rgsFilenames,
        uint nApplications, [In] RM_UNIQUE_PROCESS[] rgApplications, uint nServices, string[] rgsServiceNames);

    [DllImport("rstrtmgr.dll")]
    static extern int RmGetList(uint dwSessionHandle, out uint pnProcInfoNeeded, ref uint pnProcInfo,
        [In, Out] RM_PROCESS_INFO[] rgAffectedApps, ref uint lpdwRebootReasons);

    static void Check(string call, int reply)
    {
        if (reply != 0)
        {
            throw new Exception(call + " returned " + reply);
        }
    }

    static RM_PROCESS_INFO[] WhoIsLocking(string path)
    {
        uint handle;
        Check("RmStartSession", RmStartSession(out handle, 0, new StringBuilder(CCH_RM_SESSION_KEY + 1)));
        try
        {
            string[] resources = { path };
            Check("RmRegisterResources",
                RmRegisterResources(handle, (uint)resources.Length, resources, 0, null, 0, null));

            uint needed = 0, count = 0, reasons = 0;
            int reply = RmGetList(handle, out needed, ref count, null, ref reasons);
            Console.WriteLine("RmGetList: " + reply + ", needed " + needed);
            if (reply != ERROR_MORE_DATA)
            {
                Check("RmGetList", reply);
                return new RM_PROCESS_INFO[0];
            }
            RM_PROCESS_INFO[] applications = new RM_PROCESS_INFO[needed];
            count = needed;
            Check("RmGetList", RmGetList(handle, out needed, ref count, applications, ref reasons));
            Array.Resize(ref applications, (int)count);
            return applications;
        }
        finally
        {
            RmEndSession(handle);
        }
    }

    static int Main(string[] arguments)
    {
        if (arguments.Length != 1)
        {
            Console.Error.WriteLine("usage: who-locks.exe PATH");
            return 1;
        }
        // Many go on with Process.GetProcessById, which throws here: processes of a simulation have no real ids.
        try
        {
            foreach (RM_PROCESS_INFO application in WhoIsLocking(arguments[0]))
            {
                string service = application.strServiceShortName;
                Console.WriteLine(application.strAppName + ": " + application.ApplicationType
                    + (service == "" ? "" : ", the service " + service));
            }
            return 0;
        }
        catch (Exception problem)
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
    }
}
