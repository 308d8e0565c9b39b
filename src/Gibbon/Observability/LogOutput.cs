using Gibbon.Settings;

namespace Gibbon.Observability;

/// <summary>Where the lines of a log end up. Used by the log's one writer only.</summary>
internal abstract class LogOutput : IDisposable
{
    /// <summary>The output of a target; null for <c>off</c>.</summary>
    /// <param name="target">The target.</param>
    /// <param name="severity">Finds the severity of a line, as syslog's number, for logs whose lines have one; null takes the target's.</param>
    public static LogOutput? For(LogTarget target, SyslogSeverity? severity) =>
        target.Path is { } path ? new LogFile(path)
        : target.Syslog is { } parameters ? new SyslogOutput(SyslogTarget.Parse(parameters), severity, TimeProvider.System)
        : null;

    /// <summary>Writes lines, each ended by a line feed. What cannot be written is lost; the next call tries again.</summary>
    public abstract void Write(ReadOnlySpan<byte> lines);

    /// <summary>Starts anew: the file that was may have been moved.</summary>
    public abstract void Reopen();

    public abstract void Dispose();
}

/// <summary>Syslog's severity of a line: 0 (emergency) to 7 (debug).</summary>
internal delegate int SyslogSeverity(ReadOnlySpan<byte> line);
