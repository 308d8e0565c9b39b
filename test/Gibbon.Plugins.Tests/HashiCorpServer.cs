using System.Globalization;
using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Plugins;

/// <summary>
/// HashiCorp Vault over HTTP: the engine <c>kv</c>, version 2, mounted at <c>secret</c>, whose versions may end, and the login of Kubernetes' accounts.
/// </summary>
sealed class HashiCorpServer : IAsyncDisposable
{
    public const string Token = "hvs.t0ken";
    public const string Account = "account-jwt";
    public const string Role = "gateway";

    readonly FakeUpstream http;
    readonly Lock gate = new();
    readonly SortedDictionary<string, Secret> secrets = new(StringComparer.Ordinal);

    public HashiCorpServer() => http = FakeUpstream.Start(Answer);

    public int Port => http.Port;

    /// <summary>The names of the secrets that are there, also of those whose last version has ended.</summary>
    public string[] Keys
    {
        get
        {
            lock (gate)
                return [.. secrets.Keys];
        }
    }

    /// <summary>What happens just before a request is answered: what another node does meanwhile.</summary>
    public Action<string>? Before { get; set; }

    public ValueTask DisposeAsync() => http.DisposeAsync();

    /// <summary>Writes as another node does.</summary>
    public void Put(string name, string value, DateTimeOffset? end = null)
    {
        lock (gate)
        {
            var secret = Find(name);
            secret.Version++;
            (secret.Data, secret.End) = (new JsonObject { ["value"] = value }, end);
        }
    }

    UpstreamAnswer Answer(ReceivedRequest request)
    {
        Before?.Invoke($"{request.Method} {request.Target}");
        var path = Uri.UnescapeDataString(request.Target);
        if (path == "/v1/auth/kubernetes/login")
            return LogIn(JsonNode.Parse(request.Text)!);

        if (request.Header("X-Vault-Token") != Token)
            return Errors(403, "permission denied");

        lock (gate)
        {
            return (request.Method, path) switch
            {
                (var method, _) when path.StartsWith("/v1/secret/data/", StringComparison.Ordinal) => Data(method, path["/v1/secret/data/".Length..], request),
                (var method, _) when path.StartsWith("/v1/secret/metadata/", StringComparison.Ordinal) => Metadata(method, path["/v1/secret/metadata/".Length..], request),
                _ => Errors(404, "no handler for route"),
            };
        }
    }

    static UpstreamAnswer LogIn(JsonNode body) => (string?)body["role"] == Role && (string?)body["jwt"] == Account
        ? Json(new JsonObject { ["auth"] = new JsonObject { ["client_token"] = Token, ["lease_duration"] = 3600 } })
        : Errors(403, "permission denied");

    UpstreamAnswer Data(string method, string name, ReceivedRequest request)
    {
        if (method == "GET")
        {
            if (!secrets.TryGetValue(name, out var found) || found.Version == 0)
                return Errors(404);

            var isOver = found.End <= DateTimeOffset.UtcNow;
            return Json(
                new JsonObject { ["data"] = new JsonObject { ["data"] = isOver ? null : found.Data!.DeepClone(), ["metadata"] = new JsonObject { ["version"] = found.Version } } },
                isOver ? 404 : 200);
        }

        Assert.Equal("POST", method);
        var body = JsonNode.Parse(request.Text)!;
        var current = secrets.GetValueOrDefault(name)?.Version ?? 0;
        if (body["options"]?["cas"] is { } cas && (long)cas != current)
            return Errors(400, "check-and-set parameter did not match the current version");

        var secret = Find(name);
        secret.Version++;
        secret.Data = body["data"]!.AsObject();
        secret.End = secret.Life is { } life ? DateTimeOffset.UtcNow + life : null;
        return Json(new JsonObject { ["data"] = new JsonObject { ["version"] = secret.Version } });
    }

    UpstreamAnswer Metadata(string method, string name, ReceivedRequest request)
    {
        switch (method)
        {
            case "LIST":
                JsonArray keys = [.. secrets.Keys.Where(key => key.StartsWith(name, StringComparison.Ordinal)).Select(key => key[name.Length..])];
                return keys.Count == 0 ? Errors(404) : Json(new JsonObject { ["data"] = new JsonObject { ["keys"] = keys } });
            case "GET":
                return secrets.TryGetValue(name, out var found)
                    ? Json(new JsonObject { ["data"] = new JsonObject { ["current_version"] = found.Version } })
                    : Errors(404);
            case "DELETE":
                secrets.Remove(name);
                return new UpstreamAnswer { Status = 204 };
            default:
                Assert.Equal("POST", method);
                var life = (string)JsonNode.Parse(request.Text)!["delete_version_after"]!;
                Assert.EndsWith("ms", life, StringComparison.Ordinal);
                Find(name).Life = TimeSpan.FromMilliseconds(long.Parse(life[..^2], CultureInfo.InvariantCulture));
                return new UpstreamAnswer { Status = 204 };
        }
    }

    Secret Find(string name) => secrets.TryGetValue(name, out var secret) ? secret : secrets[name] = new Secret();

    static UpstreamAnswer Json(JsonObject body, int status = 200) => UpstreamAnswer.Text(body.ToJsonString(), status, "application/json");

    static UpstreamAnswer Errors(int status, params string[] errors) => Json(new JsonObject { ["errors"] = new JsonArray([.. errors.Select(error => JsonValue.Create(error))]) }, status);

    sealed class Secret
    {
        public long Version { get; set; }

        public JsonObject? Data { get; set; }

        /// <summary>When the last version ends.</summary>
        public DateTimeOffset? End { get; set; }

        /// <summary>How long versions last that are written from now on.</summary>
        public TimeSpan? Life { get; set; }
    }
}
