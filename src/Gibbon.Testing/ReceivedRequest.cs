using System.Text;

namespace Gibbon.Testing;

/// <summary>A request as <see cref="FakeUpstream"/> received it.</summary>
/// <param name="Method">The method, as sent.</param>
/// <param name="Target">The request target, as sent: path and query, not decoded.</param>
/// <param name="Version">The protocol version: <c>HTTP/1.1</c> or <c>HTTP/1.0</c>.</param>
/// <param name="Headers">The header fields in the order and the case in which they arrived.</param>
/// <param name="Body">The body; of a chunked body the data without its framing.</param>
/// <param name="Connection">The connection's number, counted from 1: equal numbers mean a connection that was kept alive.</param>
/// <param name="ServerName">The name that the TLS client asked for (SNI); null without TLS or without a name.</param>
public sealed record ReceivedRequest(
    string Method,
    string Target,
    string Version,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    ReadOnlyMemory<byte> Body,
    int Connection,
    string? ServerName)
{
    /// <summary>The body as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The value of a header, whatever the case of its name; repeated headers are joined by <c>", "</c>; null when absent.</summary>
    /// <param name="name">The header's name.</param>
    public string? Header(string name)
    {
        string[] values = [.. Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)];
        return values.Length == 0 ? null : string.Join(", ", values);
    }
}
