using System.Globalization;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme.Storage;

/// <summary>Storage <c>vault</c>: HashiCorp Vault's engine <c>kv</c>, version 2.</summary>
sealed class HashiCorpStorage : IAcmeStorage
{
    const string ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    readonly HashiCorpConfig config;
    readonly JsonApi api;
    readonly string server;
    readonly string data;
    readonly string metadata;

    /// <param name="host">The gateway.</param>
    /// <param name="config">Where it is.</param>
    public HashiCorpStorage(PluginHost host, HashiCorpConfig config)
    {
        this.config = config;
        api = new JsonApi(
            host.Http.Get(new HttpClientOptions { VerifyTls = config.TlsVerify is true }), TimeSpan.FromMilliseconds(config.Timeout ?? 2000));
        server = $"{(config.Https is true ? "https" : "http")}://{config.Host ?? "127.0.0.1"}:{config.Port ?? 8200}/v1/";
        var path = (config.KvPath ?? "acme").Trim('/').Split('/', 2);
        var below = path.Length > 1 ? path[1] + "/" : "";
        data = $"{path[0]}/data/{below}";
        metadata = $"{path[0]}/metadata/{below}";
    }

    public async ValueTask<Result<StoredText>> GetAsync(string key)
    {
        var found = await ReadAsync(key);
        return found.IsOk ? new StoredText(found.Value.Map?.GetMap("data")?.GetString("value")) : Result.Failure<StoredText>(found.Error);
    }

    public ValueTask<Result> SetAsync(string key, string value, TimeSpan timeToLive = default) => WriteAsync(key, value, timeToLive, null);

    public async ValueTask<Result> AddAsync(string key, string value, TimeSpan timeToLive)
    {
        // Versions that are over leave their number behind. It is looked at first: what comes in between makes the write fail.
        var before = await SendAsync(HttpMethod.Get, metadata + Escape(key));
        var found = before.IsOk ? await ReadAsync(key) : before;
        if (!found.IsOk)
            return Result.Failure($"error reading key {found.Error}");

        return found.Value.Map?.GetMap("data")?.GetString("value") is not null
            ? Result.Failure("exists")
            : await WriteAsync(key, value, timeToLive, before.Value.Map?.GetMap("data")?.Get("current_version") as long? ?? 0);
    }

    public async ValueTask<Result> DeleteAsync(string key)
    {
        var answer = await SendAsync(HttpMethod.Delete, metadata + Escape(key));
        return answer.IsOk ? Result.Ok : Result.Failure("delete key failed");
    }

    public async ValueTask<Result<IReadOnlyList<string>>> ListAsync(string prefix)
    {
        var answer = await SendAsync(new HttpMethod("LIST"), metadata);
        if (!answer.IsOk)
            return Result.Failure<IReadOnlyList<string>>(answer.Error);

        return (answer.Value.Map?.GetMap("data")?.GetList("keys") ?? []).OfType<string>()
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .ToArray();
    }

    async ValueTask<Result<JsonAnswer>> ReadAsync(string key)
    {
        var answer = await SendAsync(HttpMethod.Get, data + Escape(key));
        return answer.IsOk ? new JsonAnswer(answer.Value.Map?.GetMap("data")) : answer;
    }

    async ValueTask<Result> WriteAsync(string key, string value, TimeSpan timeToLive, long? version)
    {
        if (timeToLive != default)
        {
            var end = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1000, (long)timeToLive.TotalMilliseconds)}ms");
            var told = await SendAsync(HttpMethod.Post, metadata + Escape(key), new ValueMap { ["delete_version_after"] = end });
            if (!told.IsOk)
                return Result.Failure(told.Error);
        }

        var body = new ValueMap { ["data"] = new ValueMap { ["value"] = value, ["note"] = "managed by acme" } };
        if (version is not null)
            body["options"] = new ValueMap { ["cas"] = version };

        var answer = await SendAsync(HttpMethod.Post, data + Escape(key), body);
        return answer.IsOk ? Result.Ok : Result.Failure(answer.Error);
    }

    async ValueTask<Result<JsonAnswer>> SendAsync(HttpMethod method, string path, ValueMap? body = null)
    {
        var token = await TokenAsync();
        return token.IsOk ? await AskAsync(method, path, body, token.Value) : Result.Failure<JsonAnswer>(token.Error);
    }

    ValueTask<Result<JsonAnswer>> AskAsync(HttpMethod method, string path, ValueMap? body, string? token) => api.SendAsync(
        method,
        new Uri(server + path),
        body is null ? null : (ReadOnlyMemory<byte>?)ValueJson.Write(body),
        ("X-Vault-Token", token),
        ("Host", config.Https is true ? config.TlsServerName : null));

    async ValueTask<Result<string>> TokenAsync()
    {
        if (config.AuthMethod != "kubernetes")
            return config.Token ?? "";

        string account;
        try
        {
            account = await File.ReadAllTextAsync(config.JwtPath ?? ServiceAccount);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Result.Failure<string>(failure.Message);
        }

        var login = await AskAsync(
            HttpMethod.Post,
            $"auth/{config.AuthPath ?? "kubernetes"}/login",
            new ValueMap { ["role"] = config.AuthRole, ["jwt"] = account.Trim() },
            null);
        if (!login.IsOk)
            return Result.Failure<string>(login.Error);

        return login.Value.Map?.GetMap("auth")?.GetString("client_token") ?? Result.Failure<string>("Could not authenticate");
    }

    static string Escape(string key) => Uri.EscapeDataString(key.Replace('/', '-'));
}
