using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>A response that was kept.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Headers">Its headers, as the plugins before this one left them.</param>
/// <param name="Body">Its body.</param>
/// <param name="Timestamp">When it came, in seconds since 1970.</param>
/// <param name="Ttl">How long it is fresh, in seconds.</param>
/// <param name="RequestBody">The body of the request, if it is known.</param>
/// <param name="Varies">The headers of the request that the service chose it by, with their values: another request must have the same.</param>
sealed record StoredResponse(
    int Status,
    HeaderMap Headers,
    byte[] Body,
    long Timestamp,
    double Ttl,
    byte[]? RequestBody,
    IReadOnlyList<KeyValuePair<string, string>> Varies)
{
    /// <summary>The version of what is kept; others are thrown away.</summary>
    const long Version = 1;

    /// <summary>Headers that belong to a connection, or to the moment.</summary>
    static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding", "upgrade", "content-length",
        "age", "x-cache-status", "x-cache-key",
    };

    HeaderMap? replayed;

    /// <summary>About how many bytes it takes.</summary>
    public long Size => 1024 + Body.Length + (RequestBody?.Length ?? 0);

    /// <summary>The headers with which it is sent again; not to be changed.</summary>
    public HeaderMap Replayed => replayed ??= Replay();

    /// <summary>Whether a request may have it, by the headers that the service chose it by.</summary>
    public bool Fits(Request request)
    {
        foreach (var (name, value) in Varies)
            if ((request.GetHeader(name) ?? "") != value)
                return false;

        return true;
    }

    /// <summary>It as data, for the Admin API and for other plugins.</summary>
    /// <param name="withBody">Whether the bodies are in it, which are made into texts for that.</param>
    public ValueMap ToValue(bool withBody)
    {
        var headers = new ValueMap();
        foreach (var (name, value) in Headers)
            headers[name] = value.Count == 1 ? value[0] : new ValueList(Enumerable.Range(0, value.Count).Select(i => (object?)value[i]));

        var map = new ValueMap
        {
            ["status"] = (long)Status,
            ["headers"] = headers,
            ["body_len"] = (long)Body.Length,
            ["timestamp"] = Timestamp,
            ["ttl"] = Ttl,
            ["version"] = Version,
        };
        if (withBody)
        {
            map["body"] = Encoding.UTF8.GetString(Body);
            if (RequestBody is not null)
                map["req_body"] = Encoding.UTF8.GetString(RequestBody);
        }

        return map;
    }

    HeaderMap Replay()
    {
        var map = new HeaderMap();
        foreach (var (name, value) in Headers)
            if (!Dropped.Contains(name) && !name.Contains("ratelimit-remaining", StringComparison.OrdinalIgnoreCase))
                map[name] = value;

        return map;
    }
}
