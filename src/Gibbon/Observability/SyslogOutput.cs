using System.Globalization;
using System.Net.Sockets;

namespace Gibbon.Observability;

/// <summary>A log that goes to syslog: one datagram per line, headed as nginx heads it (RFC 3164).</summary>
internal sealed class SyslogOutput(SyslogTarget target, SyslogSeverity? severity, TimeProvider time) : LogOutput
{
    private readonly string _from = $"{(target.HasHostName ? Environment.MachineName + " " : "")}{target.Tag}: ";
    private Socket? _socket;

    public override void Write(ReadOnlySpan<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? lines : lines[..end];
            lines = end < 0 ? default : lines[(end + 1)..];
            Send(line);
        }
    }

    public override void Reopen() => Dispose();

    public override void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private void Send(ReadOnlySpan<byte> line)
    {
        LogLine datagram = LogLine.Begin();
        datagram.Append((byte)'<');
        datagram.Append((target.Facility * 8) + (severity?.Invoke(line) ?? target.Severity));
        datagram.Append((byte)'>');
        DateTimeOffset now = time.GetLocalNow();
        datagram.Append(now.ToString("MMM ", CultureInfo.InvariantCulture));
        datagram.Append(now.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2));
        datagram.Append(now.ToString(" HH:mm:ss ", CultureInfo.InvariantCulture));
        datagram.Append(_from);
        datagram.Append(line);
        try
        {
            _socket ??= target.Connect();
            _socket.Send(datagram.Written);
        }
        catch (SocketException)
        {
            // Nobody listens, or it is too long for a datagram: lost, as with nginx.
            Dispose();
        }
    }
}
