using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme;

/// <summary>What the Admin API offers: to get a certificate, to start renewals, and to look at what there is.</summary>
/// <param name="plugin">The plugin.</param>
sealed class AcmeEndpoints(AcmePlugin plugin)
{
    static readonly EndpointResponse NotFound = EndpointResponse.Message(404, "Not found");

    /// <summary>The endpoints.</summary>
    public ImmutableArray<PluginEndpoint> All =>
    [
        new("POST", "/acme", CreateAsync),
        new("PATCH", "/acme", RenewAsync),
        new("GET", "/acme/certificates", ListAsync),
        new("GET", "/acme/certificates/:certificates", ShowAsync),
    ];

    async ValueTask<EndpointResponse> CreateAsync(EndpointRequest request, CancellationToken cancellation)
    {
        if (plugin.Current is not { } config)
            return NotFound;

        if ((request.Body?.Get("host") ?? request.Query["host"].First) is not string { Length: > 0 } name)
            return EndpointResponse.Message(400, "host must be provided and containing a single domain");

        if (name.Contains(':', StringComparison.Ordinal))
            return EndpointResponse.Message(400, "port is not allowed in host");

        if ((request.Body?.Get("test_http_challenge_flow") ?? request.Query["test_http_challenge_flow"].First) is true or "true")
            return await SanityTest.RunAsync(request.Host, config, name, cancellation);

        var certificates = plugin.For(request.Host, config);
        var updated = await certificates.UpdateAsync(name, null, cancellation);
        if (!updated.IsOk)
            return EndpointResponse.Message(500, $"failed to update certificate: {updated.Error}");

        var remembered = await certificates.RememberAsync(name);
        return remembered.IsOk
            ? EndpointResponse.Message(201, $"certificate for host {name} is created")
            : EndpointResponse.Message(500, $"failed to store renew config: {remembered.Error}");
    }

    ValueTask<EndpointResponse> RenewAsync(EndpointRequest request, CancellationToken cancellation)
    {
        var host = request.Host;
        host.Timers.At(TimeSpan.Zero, stopping => plugin.RenewAsync(host, stopping));
        return new(EndpointResponse.Message(202, "Renewal process started successfully"));
    }

    async ValueTask<EndpointResponse> ListAsync(EndpointRequest request, CancellationToken cancellation)
    {
        if (plugin.Current is not { } config)
            return NotFound;

        var certificates = plugin.For(request.Host, config);
        var names = await certificates.NamesAsync();
        if (!names.IsOk)
            return EndpointResponse.Message(500, names.Error);

        var onlyInvalid = request.Query["invalid_only"].Exists;
        var data = new ValueList();
        foreach (var name in names.Value)
        {
            var kept = await certificates.GetAsync(name);
            if (!kept.IsOk)
                return EndpointResponse.Message(500, kept.Error);

            if (kept.Value.Pair is { } pair && Describe(request.Host, pair) is { } described)
            {
                if (!onlyInvalid || described.Get("valid") is false)
                    data.Add(described);
            }
            else
            {
                request.Log.Warn($"[acme]{name} is defined in renew_config but its cert and key is missing");
            }
        }

        // In Lua an empty list is an empty object.
        return EndpointResponse.Json(200, new ValueMap { ["data"] = data.Count == 0 ? new ValueMap() : data });
    }

    async ValueTask<EndpointResponse> ShowAsync(EndpointRequest request, CancellationToken cancellation)
    {
        if (plugin.Current is not { } config)
            return NotFound;

        var name = request.Parameters["certificates"];
        var kept = await plugin.For(request.Host, config).GetAsync(name);
        if (!kept.IsOk)
            return EndpointResponse.Message(500, kept.Error);

        return kept.Value.Pair is { } pair && Describe(request.Host, pair) is { } described
            ? EndpointResponse.Json(200, new ValueMap { ["data"] = described })
            : EndpointResponse.Message(404, $"Certificate for host {name}not found in storage");
    }

    static ValueMap? Describe(PluginHost host, KeyAndCertificate pair)
    {
        using var certificate = pair.Open();
        if (certificate is null)
            return null;

        var now = host.Time.GetUtcNow().UtcDateTime;
        return new ValueMap
        {
            ["digest"] = Hexadecimal(certificate.GetCertHash()),
            ["host"] = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
            ["issuer_cn"] = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true),
            ["not_before"] = Time(certificate.NotBefore),
            ["not_after"] = Time(certificate.NotAfter),
            ["valid"] = certificate.NotBefore.ToUniversalTime() < now && certificate.NotAfter.ToUniversalTime() > now,
            ["serial_number"] = Hexadecimal(certificate.SerialNumberBytes.Span is [0, .. { Length: > 0 } rest] ? rest : certificate.SerialNumberBytes.Span),
            ["pubkey_type"] = certificate.GetKeyAlgorithm() == "1.2.840.10045.2.1" ? "id-ecPublicKey" : "rsaEncryption",
        };
    }

    static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    static string Hexadecimal(ReadOnlySpan<byte> data) => string.Join(':', Convert.ToHexString(data).Chunk(2).Select(static digits => new string(digits)));
}
