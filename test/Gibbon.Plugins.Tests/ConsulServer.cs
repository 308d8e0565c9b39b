using System.Globalization;
using System.Text.Json.Nodes;
using System.Web;
using Gibbon.Testing;

namespace Gibbon.Plugins;

/// <summary>Consul's key-value store over HTTP: values with flags, an index that each change raises, changes on the condition of an index.</summary>
sealed class ConsulServer : IAsyncDisposable
{
    public const string Token = "consul-t0ken";

    readonly FakeUpstream http;
    readonly Lock gate = new();
    readonly SortedDictionary<string, Item> items = new(StringComparer.Ordinal);
    long index = 10;

    public ConsulServer() => http = FakeUpstream.Start(Answer);

    public int Port => http.Port;

    /// <summary>The keys.</summary>
    public string[] Keys
    {
        get
        {
            lock (gate)
                return [.. items.Keys];
        }
    }

    /// <summary>What happens just before a request is answered: what another node does meanwhile.</summary>
    public Action<string>? Before { get; set; }

    public ValueTask DisposeAsync() => http.DisposeAsync();

    /// <summary>Writes as another node does.</summary>
    public void Put(string key, string value, ulong flags = 0)
    {
        lock (gate)
            items[key] = new Item(System.Text.Encoding.UTF8.GetBytes(value), flags, ++index);
    }

    UpstreamAnswer Answer(ReceivedRequest request)
    {
        Before?.Invoke($"{request.Method} {request.Target}");
        if (request.Header("X-Consul-Token") != Token)
            return UpstreamAnswer.Text("Permission denied: token with AccessorID 'anonymous' lacks permission", 403);

        var url = new Uri("http://consul" + request.Target);
        Assert.StartsWith("/v1/kv/", url.AbsolutePath, StringComparison.Ordinal);
        var key = Uri.UnescapeDataString(url.AbsolutePath["/v1/kv/".Length..]);
        var query = HttpUtility.ParseQueryString(url.Query);
        lock (gate)
        {
            return request.Method switch
            {
                "GET" when url.Query == "?keys" => Json([.. items.Keys.Where(known => known.StartsWith(key, StringComparison.Ordinal))]),
                "GET" => items.TryGetValue(key, out var item) ? Json([Show(key, item)]) : UpstreamAnswer.Text("", 404),
                "PUT" => Change(key, query["cas"], new Item(request.Body.ToArray(), ulong.Parse(query["flags"] ?? "0", CultureInfo.InvariantCulture), ++index)),
                "DELETE" => Change(key, query["cas"], null),
                _ => UpstreamAnswer.Text("method not allowed", 405),
            };
        }
    }

    UpstreamAnswer Change(string key, string? cas, Item? item)
    {
        var found = items.GetValueOrDefault(key);
        if (cas is not null && long.Parse(cas, CultureInfo.InvariantCulture) != (found?.Index ?? 0))
            return UpstreamAnswer.Text("false", contentType: "application/json");

        if (item is null)
            items.Remove(key);
        else
            items[key] = item;

        return UpstreamAnswer.Text("true", contentType: "application/json");
    }

    static UpstreamAnswer Json(JsonArray list) => list.Count == 0 ? UpstreamAnswer.Text("", 404) : UpstreamAnswer.Text(list.ToJsonString(), contentType: "application/json");

    static JsonObject Show(string key, Item item) => new()
    {
        ["LockIndex"] = 0,
        ["Key"] = key,
        ["Flags"] = item.Flags,
        ["Value"] = item.Value.Length == 0 ? null : Convert.ToBase64String(item.Value),
        ["CreateIndex"] = item.Index,
        ["ModifyIndex"] = item.Index,
    };

    sealed record Item(byte[] Value, ulong Flags, long Index);
}
