namespace Gibbon.Plugins.Shared.Logs;

/// <summary>What the configurations of plugins that log with severities have in common; the names are syslog's.</summary>
interface ISeverityConfig
{
    /// <summary>The least grave severity that is sent.</summary>
    string? LogLevel { get; }

    /// <summary>The severity of requests that were answered well.</summary>
    string? SuccessfulSeverity { get; }

    /// <summary>The severity of answers from 400 to 499.</summary>
    string? ClientErrorsSeverity { get; }

    /// <summary>The severity of answers from 500 on.</summary>
    string? ServerErrorsSeverity { get; }
}
