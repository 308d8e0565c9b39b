using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.Observability;

/// <summary>The PDK's log levels as severities of the error log, and their words.</summary>
internal static class LogSeverities
{
    public static LogSeverity Of(LogLevel level) => level switch
    {
        LogLevel.Debug => LogSeverity.Debug,
        LogLevel.Info => LogSeverity.Info,
        LogLevel.Notice => LogSeverity.Notice,
        LogLevel.Warn => LogSeverity.Warn,
        LogLevel.Err => LogSeverity.Error,
        LogLevel.Crit => LogSeverity.Crit,
        LogLevel.Alert => LogSeverity.Alert,
        _ => LogSeverity.Emerg,
    };

    /// <summary>The level of a severity, as plugins know it.</summary>
    public static LogLevel LevelOf(LogSeverity severity) => severity switch
    {
        LogSeverity.Debug => LogLevel.Debug,
        LogSeverity.Info => LogLevel.Info,
        LogSeverity.Notice => LogLevel.Notice,
        LogSeverity.Warn => LogLevel.Warn,
        LogSeverity.Error => LogLevel.Err,
        LogSeverity.Crit => LogLevel.Crit,
        LogSeverity.Alert => LogLevel.Alert,
        _ => LogLevel.Emerg,
    };

    /// <summary>A severity as nginx writes it into a line.</summary>
    public static ReadOnlySpan<byte> Word(LogSeverity severity) => severity switch
    {
        LogSeverity.Debug => "debug"u8,
        LogSeverity.Info => "info"u8,
        LogSeverity.Notice => "notice"u8,
        LogSeverity.Warn => "warn"u8,
        LogSeverity.Error => "error"u8,
        LogSeverity.Crit => "crit"u8,
        LogSeverity.Alert => "alert"u8,
        _ => "emerg"u8,
    };
}
