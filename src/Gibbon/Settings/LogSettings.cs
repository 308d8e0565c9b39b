using System.Collections.Frozen;

namespace Gibbon.Settings;

/// <summary>nginx's severities, least severe first.</summary>
internal enum LogSeverity
{
    Debug,
    Info,
    Notice,
    Warn,
    Error,
    Crit,
    Alert,
    Emerg,
}

/// <summary>Where a log goes: a file (<c>/dev/stdout</c> included), syslog, or nowhere.</summary>
internal sealed record LogTarget
{
    public static LogTarget Off { get; } = new();

    /// <summary>An absolute path, or null when the log is off or goes to <see cref="Syslog"/>.</summary>
    public string? Path { get; init; }

    /// <summary>nginx's <c>syslog:</c> parameters, without the prefix.</summary>
    public string? Syslog { get; init; }

    /// <summary>Name of the line format, for access logs; null: the default one.</summary>
    public string? Format { get; init; }

    public bool IsOff => Path is null && Syslog is null;

    /// <summary>Reads <c>off</c>, <c>PATH FORMAT</c> (relative to the prefix) or <c>syslog:...</c>.</summary>
    public static LogTarget From(SettingReader read, string name, string otherwise = "off")
    {
        var words = (read.Text(name) ?? otherwise).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [] or ["off", ..])
            return Off;

        var format = words.Length > 1 ? words[1] : null;
        const string syslog = "syslog:";
        return words[0].StartsWith(syslog, StringComparison.Ordinal)
            ? new LogTarget { Syslog = words[0][syslog.Length..], Format = format }
            : new LogTarget { Path = System.IO.Path.GetFullPath(words[0], read.Word("prefix")), Format = format };
    }
}

/// <summary>The error logs and the access logs.</summary>
internal sealed record LogSettings
{
    public required LogSeverity Level { get; init; }

    public required LogTarget ProxyAccess { get; init; }
    public required LogTarget ProxyError { get; init; }
    public required LogTarget StreamAccess { get; init; }
    public required LogTarget StreamError { get; init; }
    public required LogTarget AdminAccess { get; init; }
    public required LogTarget AdminError { get; init; }
    public required LogTarget StatusAccess { get; init; }
    public required LogTarget StatusError { get; init; }
    public required LogTarget ManagerAccess { get; init; }
    public required LogTarget ManagerError { get; init; }

    /// <summary>Line formats by name, in nginx's <c>log_format</c> language: the built-in ones and <c>nginx_http_log_format</c>.</summary>
    public required FrozenDictionary<string, string> Formats { get; init; }

    public static LogSettings From(SettingReader read) => new()
    {
        Level = Enum.TryParse<LogSeverity>(read.Word("log_level"), ignoreCase: true, out var level) ? level : LogSeverity.Notice,
        ProxyAccess = LogTarget.From(read, "proxy_access_log"),
        ProxyError = LogTarget.From(read, "proxy_error_log"),
        StreamAccess = LogTarget.From(read, "proxy_stream_access_log"),
        StreamError = LogTarget.From(read, "proxy_stream_error_log"),
        AdminAccess = LogTarget.From(read, "admin_access_log"),
        AdminError = LogTarget.From(read, "admin_error_log"),
        StatusAccess = LogTarget.From(read, "status_access_log"),
        StatusError = LogTarget.From(read, "status_error_log"),
        ManagerAccess = LogTarget.From(read, "admin_gui_access_log"),
        ManagerError = LogTarget.From(read, "admin_gui_error_log"),
        Formats = LogFormats.From(read),
    };
}
