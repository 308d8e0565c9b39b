using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Acme.Protocol;
using Gibbon.Plugins.Acme.Storage;

namespace Gibbon.Plugins.Acme;

/// <summary>Gets one certificate of the authority: orders it, proves that the name is ours (http-01), and fetches it.</summary>
/// <param name="config">The configuration.</param>
/// <param name="client">The authority.</param>
/// <param name="account">The account's key.</param>
/// <param name="storage">Where the authority's questions find their answers.</param>
/// <param name="spread">Waits until every node knows the answers.</param>
sealed class CertificateOrder(
    AcmeConfig config, AcmeClient client, AcmeKey account, IAcmeStorage storage, Func<CancellationToken, Task> spread)
{
    static readonly TimeSpan ChallengeLife = TimeSpan.FromHours(1);

    /// <summary>Gets it.</summary>
    /// <param name="host">For whom.</param>
    /// <param name="key">The certificate's key.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <returns>The certificate with its chain in PEM, or what went wrong.</returns>
    public async ValueTask<Result<string>> RunAsync(string host, AcmeKey key, CancellationToken cancellation)
    {
        if (await client.OpenAsync(config.DirectoryUrl, cancellation) is { } closed)
            return Result.Failure<string>(closed);

        if (await client.RegisterAsync(config, account, cancellation) is { } unknown)
            return Result.Failure<string>(unknown);

        var order = await client.OrderAsync(host, cancellation);
        if (!order.IsOk)
            return Failure(host, $"failed to create new order: {order.Error}");

        foreach (var authorization in (order.Value.Json.GetList("authorizations") ?? []).OfType<string>())
            if (await ProveAsync(authorization, cancellation) is { } unproven)
                return Failure(host, unproven);

        return await FinalizeAsync(host, order.Value, key, cancellation);
    }

    static Result<string> Failure(string host, string error) => Result.Failure<string>($"could not create certificate for host: {host} err: {error}");

    async ValueTask<string?> ProveAsync(string authorization, CancellationToken cancellation)
    {
        var answer = await client.ReadAsync(authorization, cancellation);
        if (!answer.IsOk)
            return $"failed to fetch authorization: {answer.Error}";

        if (answer.Value.Json.GetString("status") == "valid")
            return null;

        var challenge = (answer.Value.Json.GetList("challenges") ?? []).OfType<ValueMap>()
            .FirstOrDefault(static challenge => challenge.GetString("type") == "http-01");
        if (challenge?.GetString("token") is not { } token || challenge.GetString("url") is not { } url)
            return "the authority offers no challenge of type http-01";

        var kept = await storage.SetAsync(AcmeKeys.OfChallenge(token), $"{token}.{account.Thumbprint}", ChallengeLife);
        if (!kept.IsOk)
            return $"failed to store the challenge: {kept.Error}";

        await spread(cancellation);
        var told = await client.TellAsync(url, [], cancellation);
        var settled = told.IsOk ? await client.SettleAsync(authorization, cancellation) : told;
        await storage.DeleteAsync(AcmeKeys.OfChallenge(token));
        if (!settled.IsOk)
            return $"failed to prove the name: {settled.Error}";

        return settled.Value.Json.GetString("status") == "valid" ? null : $"the authority refused the name: {Reason(settled.Value.Json)}";
    }

    // Which of the challenges failed, and why.
    static string Reason(ValueMap authorization) => (authorization.GetList("challenges") ?? []).OfType<ValueMap>()
        .Select(static challenge => challenge.GetMap("error")?.GetString("detail"))
        .FirstOrDefault(static detail => detail is not null) ?? authorization.GetString("status") ?? "no reason given";

    async ValueTask<Result<string>> FinalizeAsync(string host, AcmeAnswer order, AcmeKey key, CancellationToken cancellation)
    {
        var request = new ValueMap { ["csr"] = Base64Url.EncodeToString(key.Request(host)) };
        var told = await client.TellAsync(order.Json.GetString("finalize") ?? "", request, cancellation);
        var settled = told.IsOk ? await client.SettleAsync(order.Location!, cancellation) : told;
        if (!settled.IsOk)
            return Failure(host, $"failed to finalize the order: {settled.Error}");

        if (settled.Value.Json.GetString("certificate") is not { } url)
            return Failure(host, $"the order is {settled.Value.Json.GetString("status")}: {settled.Value.Json.GetMap("error")?.GetString("detail")}");

        var certificate = await client.ReadAsync(url, cancellation);
        if (!certificate.IsOk)
            return Failure(host, $"failed to fetch the certificate: {certificate.Error}");

        return Encoding.ASCII.GetString(await PreferredAsync(certificate.Value, cancellation));
    }

    async ValueTask<byte[]> PreferredAsync(AcmeAnswer first, CancellationToken cancellation)
    {
        if (config.PreferredChain is not { } root || EndsIn(first.Body, root))
            return first.Body;

        foreach (var url in first.Alternates)
            if (await client.ReadAsync(url, cancellation) is { IsOk: true } other && EndsIn(other.Value.Body, root))
                return other.Value.Body;

        return first.Body;
    }

    static bool EndsIn(byte[] chain, string root)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(Encoding.ASCII.GetString(chain));
            return certificates.Count > 0 && certificates[^1].GetNameInfo(X509NameType.SimpleName, forIssuer: true) == root;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
