using System.Collections.Immutable;
using Gibbon.Settings;

namespace Gibbon.Dns;

/// <summary>The resolver's settings from the gateway's and the system's.</summary>
internal static class NameSettings
{
    public static ResolverSettings From(DnsSettings settings) => From(settings, ResolvConf.OfSystem());

    public static ResolverSettings From(DnsSettings settings, ResolvConf system) => new()
    {
        NewClient = settings.NewClient,
        Servers = settings.Resolvers.IsEmpty ? system.Servers : settings.Resolvers,
        Hosts = HostsFile.Read(settings.HostsFile),
        Search = system.Search,
        Ndots = system.Ndots,
        Timeout = system.Timeout,
        Attempts = system.Attempts,
        Rotate = system.Rotate,
        Order = [.. settings.Order.Select(RecordTypes.Parse)],
        ValidTime = settings.ValidTtl,
        StaleTime = settings.StaleTtl,
        NotFoundTime = settings.NotFoundTtl,
        ErrorTime = settings.ErrorTtl,
        CacheSize = settings.CacheSize,
        NoSync = settings.NoSync,
    };
}
