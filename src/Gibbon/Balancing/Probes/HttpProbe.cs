using System.Globalization;
using System.Text;
using Gibbon.Pdk.Entities;

namespace Gibbon.Balancing.Probes;

/// <summary>A GET of which only the status line matters, over a connection of its own.</summary>
internal sealed class HttpProbe(Upstream upstream, TargetAddress address)
{
    private const int LongestLine = 8192;

    public async Task<ProbeOutcome> AskAsync(Stream stream, CancellationTokenSource limit, TimeSpan each)
    {
        limit.CancelAfter(each);
        await stream.WriteAsync(Request(), limit.Token).ConfigureAwait(false);
        byte[] line = new byte[LongestLine];
        for (int length = 0; length < line.Length;)
        {
            limit.CancelAfter(each);
            int read = await stream.ReadAsync(line.AsMemory(length), limit.Token).ConfigureAwait(false);
            if (read == 0)
            {
                return ProbeOutcome.Failed("closed");
            }

            length += read;
            int end = line.AsSpan(0, length).IndexOf((byte)'\n');
            if (end >= 0)
            {
                return StatusOf(line.AsSpan(0, end));
            }
        }

        return ProbeOutcome.NotHttp("no status line");
    }

    private static ProbeOutcome StatusOf(ReadOnlySpan<byte> line) =>
        line.Length >= 12 && line.StartsWith("HTTP/"u8) && line.IndexOf((byte)' ') is var space and > 0 && line.Length >= space + 4
        && int.TryParse(line.Slice(space + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            ? ProbeOutcome.Answered(status)
            : ProbeOutcome.NotHttp("no status line");

    private byte[] Request()
    {
        ActiveHealthcheck check = upstream.Healthchecks.Active;
        StringBuilder request = new();
        request.Append("GET ").Append(check.HttpPath ?? "/").Append(" HTTP/1.1\r\nConnection: close\r\n");
        bool hasHost = false;
        foreach ((string name, IReadOnlyList<string> values) in check.Headers ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            hasHost |= name.Equals("host", StringComparison.OrdinalIgnoreCase);
            foreach (string value in values)
            {
                request.Append(name).Append(": ").Append(OneLine(value)).Append("\r\n");
            }
        }

        if (!hasHost)
        {
            request.Append("Host: ").Append(upstream.HostHeader ?? address.State.Key.Host).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(request.Append("\r\n").ToString());
    }

    // A value from the configuration ends no line.
    private static string OneLine(string value) => value.Replace('\r', ' ').Replace('\n', ' ');
}
