using System.Text;
using Gibbon.Observability;
using Gibbon.Proxy.Exchanges;
using Gibbon.Settings;

namespace Gibbon.Proxy.AccessLogs;

/// <summary>One line for every request, in the format that its target names. Nobody waits for it, and nothing is allocated for a line.</summary>
internal sealed class AccessLog : IAsyncDisposable
{
    private const int MostWaiting = 32 * 1024 * 1024;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    private readonly LogWriter _writer;
    private readonly Segment[] _segments;
    private readonly LogEscape _escape;

    /// <exception cref="InvalidOperationException">There is no format of that name; the message is nginx's.</exception>
    public AccessLog(LogTarget target, LogSettings settings, TimeProvider time, string defaultFormat = LogFormats.DefaultName)
    {
        string name = target.Format ?? defaultFormat;
        if (!settings.Formats.TryGetValue(name, out string? text))
        {
            throw new InvalidOperationException($"unknown log format \"{name}\"");
        }

        LogFormat format = LogFormat.Parse(text);
        AccessVariables variables = new(new LogClock(time));
        _escape = format.Escape;
        _segments = [.. format.Parts.Select(part => part.IsVariable
            ? new Segment([], variables.Find(part.Text))
            : new Segment(Encoding.UTF8.GetBytes(part.Text), null))];
        UnknownVariables = [.. format.Parts.Where(part => part.IsVariable && variables.Find(part.Text) is null).Select(static part => part.Text)];
        _writer = new LogWriter(target, MostWaiting, Gathering);
    }

    /// <summary>Variables of the format that nothing stands behind here; they are written as absent.</summary>
    public IReadOnlyList<string> UnknownVariables { get; }

    public void Write(Exchange exchange)
    {
        if (_writer.IsOff)
        {
            return;
        }

        LogLine line = LogLine.Begin();
        AccessLine access = new(line, _escape);
        foreach (ref readonly Segment segment in _segments.AsSpan())
        {
            if (segment.Variable is { } variable)
            {
                variable(exchange, access);
            }
            else if (segment.Text.Length > 0)
            {
                line.Append(segment.Text);
            }
            else
            {
                access.AppendAbsent();
            }
        }

        _writer.Write(line.Written);
    }

    public void Reopen() => _writer.Reopen();

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private readonly record struct Segment(byte[] Text, AccessVariable? Variable);
}
