using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Balancing;
using Gibbon.Certificates;
using Gibbon.Pdk.Entities;
using Gibbon.PluginRuntime;
using Gibbon.Routing;
using Gibbon.Vaults;

namespace Gibbon.Snapshots;

/// <summary>
/// The whole configuration, compiled into what requests read. Immutable: a request takes the current one at its start and keeps it. A change
/// makes another, which shares with this one whatever did not change.
/// </summary>
internal sealed record Snapshot
{
    /// <summary>The workspace that everything is in: Kong's open edition has only this one.</summary>
    public static readonly Guid DefaultWorkspace = Storage.Declarative.DeclarativeLoader.DefaultWorkspace;

    /// <summary>Grows with every snapshot of this process.</summary>
    public required long Version { get; init; }

    /// <summary>The hash of the declarative configuration, as Kong computes it; 32 zeros for an empty one.</summary>
    public required string ConfigurationHash { get; init; }

    public required Router Router { get; init; }

    public required PluginPlan Plugins { get; init; }

    /// <summary>The plugins of TCP, TLS and UDP sessions.</summary>
    public required PluginPlan StreamPlugins { get; init; }

    public required ImmutableDictionary<Guid, CompiledService> Services { get; init; }

    /// <summary>The balancers of upstream entities, by the names that services and plugins know them by.</summary>
    public required ImmutableDictionary<string, Balancer> Balancers { get; init; }

    /// <summary>What balancers remember from one snapshot to the next.</summary>
    public required BalancerStates BalancerStates { get; init; }

    public required CertificateIndex Certificates { get; init; }

    public required CaStore Authorities { get; init; }

    /// <summary>Consumers and their groups, looked up when a request asks.</summary>
    public required IConsumers Consumers { get; init; }

    /// <summary>The vaults that references in the configuration name.</summary>
    public required SecretVaults Secrets { get; init; }

    /// <summary>The authorities trusted for services that name none (<c>lua_ssl_trusted_certificate</c>); null for the system's.</summary>
    public X509Certificate2Collection? DefaultTrustStore { get; init; }

    /// <summary>The certificate shown to services when nothing else names one (<c>client_ssl_cert</c>).</summary>
    public LoadedCertificate? DefaultClientCertificate { get; init; }

    /// <summary>The service of a route; null for a route without one.</summary>
    /// <param name="service">The id that the route names.</param>
    public CompiledService? FindService(Guid? service) => service is { } id && Services.TryGetValue(id, out CompiledService? compiled) ? compiled : null;

    /// <summary>The balancer of the upstream that a host names; null for a host that is an address or a name of the DNS.</summary>
    public Balancer? FindBalancer(string host) => !Balancers.IsEmpty && Balancers.TryGetValue(host, out Balancer? balancer) ? balancer : null;

    /// <summary>The certificate that an upstream entity has shown to its targets.</summary>
    public LoadedCertificate? ClientCertificateOf(Balancer? balancer) =>
        balancer?.Upstream.ClientCertificate is { } certificate ? Certificates.Find(certificate.Id).Set?.Main : null;
}
