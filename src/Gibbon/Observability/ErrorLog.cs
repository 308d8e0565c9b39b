using Gibbon.Settings;

namespace Gibbon.Observability;

/// <summary>
/// The error log: nginx's line format, so that what reads Kong's logs reads ours. Lines are written by one thread of their own; whoever logs
/// never waits for the disk. When lines come faster than they can be written the newest are dropped and counted.
/// </summary>
internal sealed class ErrorLog : IAsyncDisposable
{
    private const int MostWaiting = 8 * 1024 * 1024;
    private const int TimeLength = 20;

    private readonly LogWriter _writer;
    private readonly LogClock _clock;
    private readonly ErrorLog _main;
    private volatile int _level;

    public ErrorLog(LogTarget target, LogSeverity level, TimeProvider time)
        : this(target, null, time)
    {
        _level = (int)level;
    }

    /// <summary>A log of a part of the gateway: its level is that of the main one.</summary>
    /// <param name="target">Where it goes.</param>
    /// <param name="main">The main one; null: this is it.</param>
    /// <param name="time">The clock.</param>
    public ErrorLog(LogTarget target, ErrorLog? main, TimeProvider time)
    {
        _writer = new LogWriter(target, MostWaiting, severity: SyslogSeverityOf);
        _main = main ?? this;
        _clock = new LogClock(time);
        Records = main?.Records ?? new LogRecords(time);
    }

    /// <summary>The lines as plugins may export them.</summary>
    public LogRecords Records { get; }

    /// <summary>The least severe lines that are written; may change while the gateway runs (<c>/debug/node/log-level</c>).</summary>
    public LogSeverity Level
    {
        get => (LogSeverity)_main._level;
        set => _main._level = (int)value;
    }

    public bool IsEnabled(LogSeverity severity) => (int)severity >= _main._level;

    /// <summary>Writes a line if its severity is enabled.</summary>
    /// <param name="severity">How bad it is.</param>
    /// <param name="message">What happened; one line.</param>
    /// <param name="context">What nginx writes behind it about the request: <c>client: …, server: …</c>; null outside a request.</param>
    /// <param name="connection">The number of the client's connection, 0 outside a request.</param>
    public void Write(LogSeverity severity, string message, string? context = null, long connection = 0)
    {
        if (!IsEnabled(severity))
        {
            return;
        }

        if (context is null)
        {
            Records.Add(severity, message);
        }

        LogLine line = LogLine.Begin();
        line.Append(_clock.ErrorTime);
        line.Append(" ["u8);
        line.Append(LogSeverities.Word(severity));
        line.Append("] "u8);
        line.Append(Environment.ProcessId);
        line.Append("#0: "u8);
        if (connection > 0)
        {
            line.Append((byte)'*');
            line.Append(connection);
            line.Append((byte)' ');
        }

        line.AppendOneLine(message);
        if (context is not null)
        {
            line.Append(", "u8);
            line.AppendOneLine(context);
        }

        _writer.Write(line.Written);
    }

    /// <summary>Opens the file anew, after a rotation has moved it.</summary>
    public void Reopen() => _writer.Reopen();

    /// <summary>Completes when the lines that were written before are in the file.</summary>
    public Task FlushAsync() => _writer.FlushAsync();

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    // Syslog counts from the worst, nginx's words stand behind the time: "2025/11/20 10:11:12 [error] …".
    private static int SyslogSeverityOf(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = line.Length > TimeLength + 1 ? line[(TimeLength + 1)..] : default;
        for (LogSeverity severity = LogSeverity.Debug; severity <= LogSeverity.Emerg; severity++)
        {
            if (rest.StartsWith(LogSeverities.Word(severity)))
            {
                return LogSeverity.Emerg - severity;
            }
        }

        return LogSeverity.Emerg - LogSeverity.Error;
    }
}
