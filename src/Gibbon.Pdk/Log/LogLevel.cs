namespace Gibbon.Pdk;

/// <summary>How grave a log line is; the numbers are nginx's, the gravest lowest.</summary>
public enum LogLevel
{
    /// <summary>Always written.</summary>
    Stderr = 0,

    /// <summary>The gateway cannot be used.</summary>
    Emerg = 1,

    /// <summary>Somebody must act at once.</summary>
    Alert = 2,

    /// <summary>Something essential failed.</summary>
    Crit = 3,

    /// <summary>Something failed.</summary>
    Err = 4,

    /// <summary>Something is wrong but works.</summary>
    Warn = 5,

    /// <summary>Something normal but worth knowing. The default threshold.</summary>
    Notice = 6,

    /// <summary>What is going on.</summary>
    Info = 7,

    /// <summary>What is going on, in detail.</summary>
    Debug = 8,
}
