using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Balancing;
using Gibbon.Certificates;
using Gibbon.PluginRuntime;
using Gibbon.Routing;
using Gibbon.Settings;
using Gibbon.Storage;
using Gibbon.Vaults;

namespace Gibbon.Snapshots;

/// <summary>The snapshot of a gateway that has been told nothing but its settings.</summary>
internal static class FirstSnapshot
{
    public static Snapshot Create(GatewaySettings settings, PluginRegistry registry, IConsumers consumers, BalancerStates? balancers = null, TimeProvider? time = null) => new()
    {
        Version = 0,
        ConfigurationHash = ConfigurationHash.Empty,
        Router = Router.Create(settings.Router.Flavor, []),
        Plugins = PluginPlan.Empty(registry),
        StreamPlugins = PluginPlan.Empty(registry, Pdk.Subsystem.Stream),
        Services = ImmutableDictionary<Guid, CompiledService>.Empty,
        Balancers = ImmutableDictionary.Create<string, Balancer>(StringComparer.Ordinal),
        BalancerStates = balancers ?? new BalancerStates(TimeProvider.System, null),
        Certificates = Certificates(settings.Tls),
        Authorities = CaStore.Empty,
        Consumers = consumers,
        Secrets = new SecretVaults(settings.Vaults, resolves: settings.Raw["role"] is not "control_plane", time),
        DefaultTrustStore = Trusted(settings.Tls),
        DefaultClientCertificate = Client(settings.Tls),
    };

    private static CertificateIndex Certificates(TlsSettings tls)
    {
        CertificateIndexBuilder builder = CertificateIndex.Empty.ToBuilder();
        builder.SetDefaults([.. tls.Proxy.Select(static files => new PemPair(files.CertificatePem, files.KeyPem))]);
        return builder.Build();
    }

    private static X509Certificate2Collection? Trusted(TlsSettings tls)
    {
        if (tls.TrustedCertificates.IsEmpty)
        {
            return null;
        }

        X509Certificate2Collection trusted = [];
        foreach (string source in tls.TrustedCertificates)
        {
            trusted.AddRange(CertificateFiles.ReadAll(source));
        }

        return trusted;
    }

    private static LoadedCertificate? Client(TlsSettings tls)
    {
        if (tls.Client is not { } files)
        {
            return null;
        }

        return LoadedCertificate.Load(new PemPair(files.CertificatePem, files.KeyPem), out string? problem)
            ?? throw new InvalidOperationException($"client_ssl_cert {files}: {problem}");
    }
}
