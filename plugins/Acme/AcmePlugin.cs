using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Acme.Storage;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Acme;

/// <summary>
/// Gets certificates for names when somebody first asks for them, from an authority that speaks ACME (RFC 8555), answers the authority's
/// questions, and renews them. The first configuration counts.
/// </summary>
sealed class AcmePlugin : Plugin<AcmeConfig>
{
    const string ChallengePath = "/.well-known/acme-challenge/";

    readonly AcmeStorages storages = new();
    readonly ConcurrentDictionary<string, bool> underWay = new(StringComparer.Ordinal);
    volatile AcmeConfig? current;

    public override string Name => "acme";

    public override int Priority => 1705;

    public override string Version => Kong.Version;

    public override PluginScopes Scopes => PluginScopes.None;

    public override ImmutableArray<Type> Entities { get; } = [typeof(AcmeStorageRow)];

    public override ImmutableArray<PluginEndpoint> AdminEndpoints => new AcmeEndpoints(this).All;

    /// <summary>The configuration in force.</summary>
    public AcmeConfig? Current => current;

    public override ValueTask InitWorkerAsync(PluginHost host)
    {
        host.Timers.Every(TimeSpan.FromDays(1), cancellation => RenewAsync(host, cancellation));
        return ValueTask.CompletedTask;
    }

    public override async ValueTask ConfigureAsync(IReadOnlyList<AcmeConfig> configs)
    {
        current = configs.FirstOrDefault();
        await storages.KeepAsync(configs);
    }

    public override async ValueTask CertificateAsync(RequestContext context, AcmeConfig config)
    {
        var tls = context.Client.Tls;
        if (tls.ServerName?.ToLowerInvariant() is not { } name || !config.Allows(name) || !tls.IsDefaultCertificate)
            return;

        var found = await For(context.Host, config).FindAsync(name);
        if (!found.IsOk)
        {
            context.Log.Warn($"can't load cert and key from storage: {found.Error}");
        }
        else if (found.Value is { } certificate)
        {
            var shown = tls.SetServerCertificate(certificate);
            if (!shown.IsOk)
                context.Log.Warn($"failed to set cert: {shown.Error}");
        }
        else if (config.Storage == "kong" && context.Host.Settings.Role == "data_plane")
        {
            context.Log.Err(
                "creating new certificate through proxy side with \"kong\" storage in Hybrid mode is not supported; "
                + "consider create certificate using Admin API or use other external storages");
        }
        else if (underWay.TryAdd(name, true))
        {
            var host = context.Host;
            host.Timers.At(TimeSpan.Zero, cancellation => OrderAsync(host, config, name, cancellation));
        }
    }

    public override async ValueTask AccessAsync(RequestContext context, AcmeConfig config)
    {
        var path = context.Request.Path;
        if (!path.StartsWith(ChallengePath, StringComparison.Ordinal) || path.Length == ChallengePath.Length
            || context.Client.GetProtocol() is not { IsOk: true, Value: "http" } || !config.Allows(context.Request.Host))
            return;

        var token = path[ChallengePath.Length..];
        if (token == "x")
        {
            await context.Response.Exit(404, "Not found\n");
            return;
        }

        var answer = await storages.For(context.Host, config).GetAsync(AcmeKeys.OfChallenge(token));
        if (!answer.IsOk)
        {
            context.Log.Err($"error getting challenge response from storage {answer.Error}");
            await context.Response.Exit(500);
        }
        else if (answer.Value.Text is { } text)
        {
            await context.Response.Exit(200, text + "\n", new HeaderMap { ["Content-Type"] = "text/plain" });
        }
        else
        {
            context.Log.Warn($"no corresponding response found for {token}");
            await context.Response.Exit(404);
        }
    }

    /// <summary>The certificates of a configuration.</summary>
    public Certificates For(PluginHost host, AcmeConfig config) => new(host, config, storages.For(host, config));

    /// <summary>Renews what ends soon.</summary>
    public async ValueTask RenewAsync(PluginHost host, CancellationToken cancellation)
    {
        if (current is { } config)
            await For(host, config).RenewAsync(cancellation);
    }

    async ValueTask OrderAsync(PluginHost host, AcmeConfig config, string name, CancellationToken cancellation)
    {
        try
        {
            var certificates = For(host, config);
            var updated = await certificates.UpdateAsync(name, null, cancellation);
            if (!updated.IsOk)
                host.Logger(Name).Err($"failed to update certificate for host: {name} err: {updated.Error}");
            else if (await certificates.RememberAsync(name) is { IsOk: false } forgotten)
                host.Logger(Name).Err($"failed to store renew config for host: {name} err: {forgotten.Error}");
        }
        finally
        {
            underWay.TryRemove(name, out _);
        }
    }
}
