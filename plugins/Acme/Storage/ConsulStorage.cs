using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme.Storage;

/// <summary>Storage <c>consul</c>: its key-value store. Consul knows no end of a key's life: it is in the key's flags, in milliseconds.</summary>
/// <param name="host">The gateway.</param>
/// <param name="config">Where it is.</param>
sealed class ConsulStorage(PluginHost host, ConsulConfig config) : IAcmeStorage
{
    readonly JsonApi api = new(host.Http.Get(new HttpClientOptions()), TimeSpan.FromMilliseconds(config.Timeout ?? 2000));

    readonly string root =
        $"{(config.Https is true ? "https" : "http")}://{config.Host ?? "127.0.0.1"}:{config.Port ?? 8500}/v1/kv/{(config.KvPath ?? "acme").Trim('/')}/";

    public async ValueTask<Result<StoredText>> GetAsync(string key)
    {
        var found = await ReadAsync(key);
        return found.IsOk ? new StoredText(found.Value.Text) : Result.Failure<StoredText>(found.Error);
    }

    public ValueTask<Result> SetAsync(string key, string value, TimeSpan timeToLive = default) => PutAsync(key, value, timeToLive, "");

    public async ValueTask<Result> AddAsync(string key, string value, TimeSpan timeToLive)
    {
        var found = await ReadAsync(key);
        if (!found.IsOk)
            return Result.Failure($"error reading key {found.Error}");

        if (found.Value.Text is not null)
            return Result.Failure("exists");

        // The write fails if somebody else was here since: what is over keeps its index until it is written anew.
        return await PutAsync(key, value, timeToLive, string.Create(CultureInfo.InvariantCulture, $"cas={found.Value.Index}"));
    }

    public async ValueTask<Result> DeleteAsync(string key)
    {
        var answer = await SendAsync(HttpMethod.Delete, Escape(key));
        return answer.IsOk ? Result.Ok : Result.Failure(answer.Error);
    }

    public async ValueTask<Result<IReadOnlyList<string>>> ListAsync(string prefix)
    {
        var answer = await SendAsync(HttpMethod.Get, "?keys");
        if (!answer.IsOk)
            return Result.Failure<IReadOnlyList<string>>(answer.Error);

        return (answer.Value.Value as ValueList ?? []).OfType<string>()
            .Select(static key => key[(key.LastIndexOf('/') + 1)..])
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .ToArray();
    }

    async ValueTask<Result<Item>> ReadAsync(string key)
    {
        var answer = await SendAsync(HttpMethod.Get, Escape(key));
        if (!answer.IsOk)
            return Result.Failure<Item>(answer.Error);

        if (answer.Value.Value is not ValueList { Count: > 0 } list || list[0] is not ValueMap item)
            return new Item(null, 0);

        var index = item.Get("ModifyIndex") as long? ?? 0;
        var end = item.Get("Flags") as long? ?? 0;
        return item.GetString("Value") is not { } value || (end > 0 && end < host.Time.GetUtcNow().ToUnixTimeMilliseconds())
            ? new Item(null, index)
            : new Item(Encoding.UTF8.GetString(Convert.FromBase64String(value)), index);
    }

    async ValueTask<Result> PutAsync(string key, string value, TimeSpan timeToLive, string condition)
    {
        var flags = timeToLive == default
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"flags={(host.Time.GetUtcNow() + timeToLive).ToUnixTimeMilliseconds()}");
        var query = string.Join('&', new[] { flags, condition }.Where(static part => part.Length > 0));
        var answer = await SendAsync(HttpMethod.Put, query.Length == 0 ? Escape(key) : $"{Escape(key)}?{query}", Encoding.UTF8.GetBytes(value));
        if (!answer.IsOk)
            return Result.Failure(answer.Error);

        return answer.Value.Value is true ? Result.Ok : Result.Failure("consul returned false");
    }

    ValueTask<Result<JsonAnswer>> SendAsync(HttpMethod method, string path, byte[]? body = null) =>
        api.SendAsync(method, new Uri(root + path), body is null ? null : (ReadOnlyMemory<byte>?)body, ("X-Consul-Token", config.Token));

    static string Escape(string key) => Uri.EscapeDataString(key.Replace('/', '-'));

    /// <summary>What a key holds.</summary>
    /// <param name="Text">The text; <c>null</c> if there is none, or if it is over.</param>
    /// <param name="Index">What changes with each change; 0 if there was none.</param>
    readonly record struct Item(string? Text, long Index);
}
