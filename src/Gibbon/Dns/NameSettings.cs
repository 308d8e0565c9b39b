using System.Net.Sockets;
using Gibbon.Settings;

namespace Gibbon.Dns;

/// <summary>The resolver's part of the settings.</summary>
internal static class NameSettings
{
    public static ResolverSettings From(DnsSettings settings) => new()
    {
        ValidTime = settings.ValidTtl ?? new ResolverSettings().ValidTime,
        StaleTime = settings.StaleTtl,
        NotFoundTime = settings.NotFoundTtl,
        ErrorTime = settings.ErrorTtl,
        Family = settings.Order.Contains("AAAA") ? AddressFamily.Unspecified : AddressFamily.InterNetwork,
    };
}
