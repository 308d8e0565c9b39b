using System.Text;
using Gibbon.Pdk.Entities;

namespace Gibbon.Routing.Flavors;

/// <summary>
/// The traditional order as two numbers: number of attributes, category, submatch weight, number of headers, regex_priority;
/// then length of the path, then age.
/// </summary>
internal static class TraditionalWeight
{
    private const long RegexPriorityRange = 1L << 39;
    private const ulong Forever = (1UL << 44) - 1;

    /// <summary>The place of one path of a route.</summary>
    public static RouteOrder Of(Route route, string? path, int part)
    {
        bool regex = path is not null && RouteFields.IsRegex(path);
        bool wildcard = route.Hosts is { } hosts && hosts.Any(host => host.Contains('*'));
        bool wildcardWithPort = route.Hosts is { } named && named.Any(host => host.Contains('*') && host.Contains(':'));

        uint category = (route.Hosts.IsSet() ? 0x40u : 0) | (route.Headers.IsSet() ? 0x20u : 0) | (path is not null ? 0x10u : 0)
            | (route.Methods.IsSet() ? 0x08u : 0) | (route.Snis.IsSet() ? 0x04u : 0) | (route.Sources.IsSet() ? 0x02u : 0)
            | (route.Destinations.IsSet() ? 0x01u : 0);
        uint submatch = (wildcardWithPort ? 4u : 0) | (route.Hosts.IsSet() && !wildcard ? 2u : 0) | (regex ? 1u : 0);
        long priority = regex ? Math.Clamp(route.RegexPriority ?? 0, -RegexPriorityRange, RegexPriorityRange - 1) : 0;

        ulong primary = ((ulong)System.Numerics.BitOperations.PopCount(category) << 61) | ((ulong)category << 54) | ((ulong)submatch << 51)
            | ((ulong)Math.Min(route.Headers?.Count ?? 0, 2047) << 40) | (ulong)(priority + RegexPriorityRange);
        ulong length = path is null || regex ? 0 : (ulong)Math.Min(Encoding.UTF8.GetByteCount(path), (1 << 20) - 1);
        ulong age = Forever - (ulong)Math.Clamp(route.CreatedAt.ToUnixTimeSeconds(), 0, (long)Forever);
        return new RouteOrder(primary, (length << 44) | age, RouteOrder.NumberOf(route.Id), part);
    }
}
