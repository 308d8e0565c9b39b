namespace Gibbon.Plugins.Shared.Logs;

/// <summary>The severities of syslog, and which of them an entry has.</summary>
static class Severities
{
    static readonly string[] Names = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

    /// <summary>The severity of a request's entry.</summary>
    /// <param name="status">The response's status; 0 for a stream.</param>
    /// <param name="config">What the configuration says.</param>
    /// <returns>Syslog's number, 0 is the gravest; <c>null</c> if such an entry is not wanted.</returns>
    public static int? Of(int status, ISeverityConfig config)
    {
        var severity = Number(status switch
        {
            >= 500 => config.ServerErrorsSeverity,
            >= 400 => config.ClientErrorsSeverity,
            _ => config.SuccessfulSeverity,
        });
        return severity <= Number(config.LogLevel) ? severity : null;
    }

    static int Number(string? name) => Array.IndexOf(Names, name ?? "info");
}
