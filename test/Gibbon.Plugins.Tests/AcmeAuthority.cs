using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gibbon.Plugins;

/// <summary>
/// A certificate authority on loopback that speaks ACME (RFC 8555) and believes nothing: it checks signatures, nonces, URLs, bindings, asks
/// the gateway for the answer to its challenge, and signs what the request for a certificate says.
/// </summary>
sealed class AcmeAuthority : IAsyncDisposable
{
    readonly WebApplication application;
    readonly ConcurrentDictionary<string, bool> nonces = [];
    readonly ConcurrentDictionary<string, JsonObject> accounts = [];
    readonly ConcurrentDictionary<string, AcmeOrderSeen> orders = [];
    readonly X509Certificate2 root = Root("Test Root");
    readonly X509Certificate2 otherRoot = Root("Other Root");

    AcmeAuthority()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        application = builder.Build();
        application.Run(AnswerAsync);
    }

    /// <summary>The port of the gateway that must answer challenges.</summary>
    public int GatewayPort { get; set; }

    /// <summary>How long its certificates last.</summary>
    public TimeSpan Life { get; set; } = TimeSpan.FromDays(90);

    /// <summary>The binding it demands: the id of a key and the key in base64url.</summary>
    public (string Id, string Key)? Binding { get; set; }

    /// <summary>How many more messages are refused for their nonces.</summary>
    public int BadNonces { get; set; }

    public string Url { get; private set; } = "";

    public int AccountCount => accounts.Count;

    /// <summary>The contacts of the accounts.</summary>
    public IEnumerable<string> Contacts => accounts.Values.Select(account => (string)account["contact"]![0]!);

    public int OrderCount => orders.Count;

    /// <summary>What it refused, and why.</summary>
    public ConcurrentQueue<string> Refusals { get; } = [];

    public static async Task<AcmeAuthority> StartAsync()
    {
        var authority = new AcmeAuthority();
        await authority.application.StartAsync();
        authority.Url = authority.application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return authority;
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await application.StopAsync(limit.Token);
        await application.DisposeAsync();
        root.Dispose();
        otherRoot.Dispose();
    }

    async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        http.Response.Headers["Replay-Nonce"] = NewNonce();
        http.Response.ContentType = "application/json";
        if (path == "/directory")
        {
            await http.Response.WriteAsync(Directory().ToJsonString());
            return;
        }

        if (path == "/nonce")
            return;

        try
        {
            await ActAsync(http, path, await ReadAsync(http.Request, path));
        }
        catch (RefusedException refused)
        {
            Refusals.Enqueue(refused.Message);
            http.Response.StatusCode = 400;
            http.Response.ContentType = "application/problem+json";
            await http.Response.WriteAsync(new JsonObject { ["type"] = refused.Type, ["detail"] = refused.Message }.ToJsonString());
        }
    }

    JsonObject Directory() => new()
    {
        ["newNonce"] = $"{Url}/nonce",
        ["newAccount"] = $"{Url}/account",
        ["newOrder"] = $"{Url}/order",
        ["meta"] = new JsonObject { ["externalAccountRequired"] = Binding is not null },
    };

    Task ActAsync(HttpContext http, string path, Message message)
    {
        var parts = path.Split('/');
        return parts[1] switch
        {
            "account" => CreateAccountAsync(http, message),
            "order" when parts.Length == 2 => CreateOrderAsync(http, message),
            "order" => WriteAsync(http, Show(Order(parts[2], message))),
            "authz" => WriteAsync(http, Authorization(Order(parts[2], message))),
            "challenge" => ValidateAsync(http, Order(parts[2], message), message),
            "finalize" => FinalizeAsync(http, Order(parts[2], message), message),
            "certificate" => SendCertificateAsync(http, Order(parts[2], message), isOther: parts.Length > 3),
            _ => throw new RefusedException("malformed", $"no such resource: {path}"),
        };
    }

    async Task<Message> ReadAsync(HttpRequest request, string path)
    {
        Refuse(request.Method != "POST" || request.ContentType != "application/jose+json", "malformed", "not a signed message");
        var jws = (await JsonNode.ParseAsync(request.Body))!;
        var head = Decode(jws["protected"]!);
        Refuse(!nonces.TryRemove((string)head["nonce"]!, out _) || BadNonces-- > 0, "badNonce", "unknown nonce");
        Refuse((string?)head["url"] != Url + path, "unauthorized", "the message is for another URL");
        var isNew = path == "/account";
        Refuse(isNew == (head["jwk"] is null), "malformed", "the account is not named as it should be");
        var key = isNew ? head["jwk"]!.AsObject() : AccountOf((string)head["kid"]!)["jwk"]!.AsObject();
        Refuse(!Verify(key, (string)head["alg"]!, jws), "malformed", "the signature is wrong");
        var payload = (string)jws["payload"]!;
        return new Message(key, isNew ? null : (string)head["kid"]!, payload.Length == 0 ? null : Decode(jws["payload"]!));
    }

    JsonObject AccountOf(string kid) => accounts.TryGetValue(kid, out var account) ? account : throw new RefusedException("accountDoesNotExist", "no such account");

    static bool Verify(JsonObject jwk, string algorithm, JsonNode jws)
    {
        var signed = Encoding.ASCII.GetBytes($"{jws["protected"]}.{jws["payload"]}");
        var signature = Base64Url.DecodeFromChars((string)jws["signature"]!);
        if ((string?)jwk["kty"] == "RSA" && algorithm == "RS256")
        {
            using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(jwk["n"]!), Exponent = Bytes(jwk["e"]!) });
            return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        using var elliptic = ECDsa.Create(
            new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Bytes(jwk["x"]!), Y = Bytes(jwk["y"]!) } });
        return algorithm == "ES256" && elliptic.VerifyData(signed, signature, HashAlgorithmName.SHA256);
    }

    Task CreateAccountAsync(HttpContext http, Message message)
    {
        Refuse(message.Payload?["termsOfServiceAgreed"]?.GetValue<bool>() is not true, "userActionRequired", "the terms are not agreed to");
        CheckBinding(message);
        var kid = $"{Url}/account/{Thumbprint(message.Key)}";
        var isNew = accounts.TryAdd(kid, new JsonObject { ["jwk"] = message.Key.DeepClone(), ["contact"] = message.Payload!["contact"]!.DeepClone() });
        http.Response.StatusCode = isNew ? 201 : 200;
        http.Response.Headers.Location = kid;
        return WriteAsync(http, new JsonObject { ["status"] = "valid" });
    }

    void CheckBinding(Message message)
    {
        if (Binding is not { } wanted)
            return;

        var bound = message.Payload!["externalAccountBinding"];
        Refuse(bound is null, "externalAccountRequired", "the account is not bound");
        var head = Decode(bound!["protected"]!);
        Refuse((string?)head["kid"] != wanted.Id || (string?)head["alg"] != "HS256" || (string?)head["url"] != $"{Url}/account", "malformed", "a wrong binding");
        Refuse(!JsonNode.DeepEquals(Decode(bound["payload"]!), message.Key), "malformed", "the binding is of another key");
        var expected = HMACSHA256.HashData(Base64Url.DecodeFromChars(wanted.Key), Encoding.ASCII.GetBytes($"{bound["protected"]}.{bound["payload"]}"));
        Refuse(!expected.AsSpan().SequenceEqual(Base64Url.DecodeFromChars((string)bound["signature"]!)), "malformed", "the binding is not signed");
    }

    Task CreateOrderAsync(HttpContext http, Message message)
    {
        var identifier = message.Payload!["identifiers"]![0]!;
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
        var order = orders[id] = new AcmeOrderSeen(id, message.Account!, (string)identifier["type"]!, (string)identifier["value"]!, Thumbprint(message.Key));
        http.Response.StatusCode = 201;
        http.Response.Headers.Location = $"{Url}/order/{id}";
        return WriteAsync(http, Show(order));
    }

    AcmeOrderSeen Order(string id, Message message)
    {
        Refuse(!orders.TryGetValue(id, out var order) || order.Account != message.Account, "unauthorized", "no such order");
        return order!;
    }

    JsonObject Show(AcmeOrderSeen order)
    {
        var shown = new JsonObject
        {
            ["status"] = order.Status,
            ["authorizations"] = new JsonArray($"{Url}/authz/{order.Id}"),
            ["finalize"] = $"{Url}/finalize/{order.Id}",
        };

        // It takes its time: the first look finds it at work.
        if (order.Status == "processing")
            order.Status = "valid";

        if (order.Status == "valid" && (string?)shown["status"] == "valid")
            shown["certificate"] = $"{Url}/certificate/{order.Id}";

        return shown;
    }

    JsonObject Authorization(AcmeOrderSeen order) => new()
    {
        ["status"] = order.Proof,
        ["challenges"] = new JsonArray(
            new JsonObject { ["type"] = "dns-01", ["url"] = $"{Url}/none", ["token"] = order.Token },
            new JsonObject
            {
                ["type"] = "http-01",
                ["url"] = $"{Url}/challenge/{order.Id}",
                ["token"] = order.Token,
                ["status"] = order.Proof,
                ["error"] = order.Error is null ? null : new JsonObject { ["detail"] = order.Error },
            }),
    };

    async Task ValidateAsync(HttpContext http, AcmeOrderSeen order, Message message)
    {
        Refuse(message.Payload is null, "malformed", "the challenge was only looked at");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{GatewayPort}/.well-known/acme-challenge/{order.Token}");
        request.Headers.Host = order.Name;
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        var isProven = response.IsSuccessStatusCode && body.TrimEnd() == $"{order.Token}.{order.Thumbprint}";
        order.Error = isProven ? null : $"expected another answer than {(int)response.StatusCode}";
        order.Proof = isProven ? "valid" : "invalid";
        order.Status = isProven ? "ready" : "invalid";
        await WriteAsync(http, new JsonObject { ["type"] = "http-01", ["status"] = "processing" });
    }

    Task FinalizeAsync(HttpContext http, AcmeOrderSeen order, Message message)
    {
        Refuse(order.Status != "ready", "orderNotReady", "the name is not proven");
        var request = CertificateRequest.LoadSigningRequest(
            Base64Url.DecodeFromChars((string)message.Payload!["csr"]!), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        var names = request.CertificateExtensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        var named = order.Type == "ip" ? names.EnumerateIPAddresses().Select(address => address.ToString()) : names.EnumerateDnsNames();
        Refuse(!named.SequenceEqual([order.Name]), "badCSR", "the request names others");
        order.Request = request;
        order.Status = "processing";
        http.Response.Headers["Retry-After"] = "0";
        return WriteAsync(http, new JsonObject { ["status"] = "processing" });
    }

    async Task SendCertificateAsync(HttpContext http, AcmeOrderSeen order, bool isOther)
    {
        Refuse(order.Status != "valid", "malformed", "there is no certificate yet");
        var issuer = isOther ? otherRoot : root;
        using var key = issuer.GetECDsaPrivateKey()!;
        using var certificate = order.Request!.Create(
            issuer.SubjectName,
            X509SignatureGenerator.CreateForECDsa(key),
            DateTimeOffset.UtcNow.AddHours(-1),
            DateTimeOffset.UtcNow + Life,
            RandomNumberGenerator.GetBytes(16));
        http.Response.ContentType = "application/pem-certificate-chain";
        if (!isOther)
            http.Response.Headers.Append("Link", $"<{Url}/certificate/{order.Id}/other>;rel=\"alternate\"");

        await http.Response.WriteAsync($"{certificate.ExportCertificatePem()}\n{issuer.ExportCertificatePem()}\n");
    }

    static Task WriteAsync(HttpContext http, JsonObject body) => http.Response.WriteAsync(body.ToJsonString());

    string NewNonce()
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        nonces[nonce] = true;
        return nonce;
    }

    static void Refuse(bool isWrong, string type, string why)
    {
        if (isWrong)
            throw new RefusedException(type, why);
    }

    static string Thumbprint(JsonObject jwk)
    {
        string[] members = (string?)jwk["kty"] == "RSA" ? ["e", "kty", "n"] : ["crv", "kty", "x", "y"];
        var canonical = "{" + string.Join(',', members.Select(name => $"\"{name}\":\"{jwk[name]}\"")) + "}";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
    }

    static JsonObject Decode(JsonNode text) => JsonNode.Parse(Base64Url.DecodeFromChars((string)text!))!.AsObject();

    static byte[] Bytes(JsonNode text) => Base64Url.DecodeFromChars((string)text!);

    static X509Certificate2 Root(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
    }

    sealed record Message(JsonObject Key, string? Account, JsonObject? Payload);

    sealed class RefusedException(string type, string message) : Exception(message)
    {
        public string Type => $"urn:ietf:params:acme:error:{type}";
    }

    sealed class AcmeOrderSeen(string id, string account, string type, string name, string thumbprint)
    {
        public string Id => id;

        public string Account => account;

        public string Type => type;

        public string Name => name;

        public string Thumbprint => thumbprint;

        public string Token { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));

        public string Status { get; set; } = "pending";

        public string Proof { get; set; } = "pending";

        public string? Error { get; set; }

        public CertificateRequest? Request { get; set; }
    }
}
