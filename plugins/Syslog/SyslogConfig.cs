using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Syslog;

/// <summary>With which severities and as what the machine's syslog is told.</summary>
sealed record SyslogConfig : ISeverityConfig, IEntryConfig
{
    static readonly string[] Facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "", "", "", "",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    /// <summary>The least grave severity that is sent.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")]
    public string LogLevel { get; init; } = "info";

    /// <summary>The severity of requests that were answered well.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")]
    public string SuccessfulSeverity { get; init; } = "info";

    /// <summary>The severity of answers from 400 to 499.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")]
    public string ClientErrorsSeverity { get; init; } = "info";

    /// <summary>The severity of answers from 500 on.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")]
    public string ServerErrorsSeverity { get; init; } = "info";

    /// <summary>Fields that an entry gets as well, by path: what a piece of Lua returns; nil takes a field out.</summary>
    [Length(Min = 1, On = Part.Keys), Length(Min = 1, On = Part.Elements)]
    public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }

    /// <summary>What kind of program speaks.</summary>
    [OneOf(
        "auth", "authpriv", "cron", "daemon", "ftp", "kern", "lpr", "mail", "news", "syslog", "user", "uucp",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7")]
    public string Facility { get; init; } = "user";

    CustomFields IEntryConfig.CustomFields => field ??= new CustomFields(CustomFieldsByLua);

    /// <summary>The facility's number, times eight.</summary>
    internal int FacilityCode => Array.IndexOf(Facilities, Facility) * 8;
}
