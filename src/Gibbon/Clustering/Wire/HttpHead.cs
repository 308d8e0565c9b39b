using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Clustering.Wire;

/// <summary>The head of a request, or of an answer, as the handshake needs it.</summary>
internal sealed class HttpHead
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    private HttpHead(string[] start) => Start = start;

    /// <summary>The three words of the first line.</summary>
    public string[] Start { get; }

    /// <summary>The fields; of those of one name one.</summary>
    public IReadOnlyDictionary<string, string> Fields => _fields;

    public string? this[string name] => _fields.GetValueOrDefault(name);

    public static bool TryParse(string text, [NotNullWhen(true)] out HttpHead? head)
    {
        string[] lines = text.Split("\r\n");
        string[] start = lines[0].Split(' ', 3);
        head = start.Length >= 2 ? new HttpHead(start) : null;
        foreach (string line in lines.AsSpan(1))
        {
            int colon = line.IndexOf(':');
            if (colon <= 0 || head is null)
            {
                head = null;
                return false;
            }

            head._fields[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return head is not null;
    }

    /// <summary>What a request says under a name in its query, unescaped; null when it does not have it.</summary>
    public string? Argument(string name)
    {
        int question = Start[1].IndexOf('?');
        foreach (string part in question < 0 ? [] : Start[1][(question + 1)..].Split('&'))
        {
            int equals = part.IndexOf('=');
            if ((equals < 0 ? part : part[..equals]) == name)
            {
                return equals < 0 ? "" : part[(equals + 1)..];
            }
        }

        return null;
    }

    /// <summary>The path of a request.</summary>
    public string Path => Start[1].Split('?', 2)[0];

    /// <summary>Whether it asks for a WebSocket.</summary>
    public bool IsUpgrade =>
        Start[0] == "GET" && string.Equals(this["Upgrade"], "websocket", StringComparison.OrdinalIgnoreCase)
        && (this["Connection"] ?? "").Contains("upgrade", StringComparison.OrdinalIgnoreCase)
        && this["Sec-WebSocket-Version"] == "13" && this["Sec-WebSocket-Key"] is { Length: > 0 };

    /// <summary>What the server of a handshake answers to the client's key.</summary>
#pragma warning disable CA5350 // RFC 6455 says SHA-1; it protects nothing.
    public static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
}
