using System.Globalization;
using System.Net;

namespace Gibbon.Balancing.Reporting;

/// <summary>Sets the health of a target by hand: <c>PUT /upstreams/{upstream}/targets/{target}[/{address}]/{healthy|unhealthy}</c>.</summary>
internal static class ManualHealth
{
    private const int DefaultPort = 8000;

    /// <summary>Sets one address of a target, or all of them.</summary>
    /// <param name="balancer">The upstream.</param>
    /// <param name="target">The target.</param>
    /// <param name="address">The address, with or without a port; null, or a name, for all of them.</param>
    /// <param name="healthy">What it is said to be.</param>
    /// <returns>Why it could not be done, in Kong's words; null when it was. An address that the target does not have is passed over.</returns>
    public static string? Set(Balancer balancer, BalancedTarget target, string? address, bool healthy)
    {
        if (!balancer.Health.IsOn)
        {
            return "no healthchecker found for " + balancer.Upstream.Name;
        }

        IPEndPoint? wanted = address is null ? null : EndPointOf(address);
        foreach (TargetAddress candidate in TargetReports.AddressesOf(balancer, target))
        {
            if (candidate.IsWatched && (wanted is null || candidate.EndPoint.Equals(wanted)))
            {
                balancer.Reports.Set(candidate.State, healthy);
            }
        }

        return null;
    }

    /// <summary>Does what was done on another node, as its event tells: <c>host|ip|port|0 or 1|upstream id|upstream name</c>, without an ip for all.</summary>
    /// <param name="text">The event.</param>
    /// <param name="find">The balancer of an upstream, by its name; null when there is none here.</param>
    public static void Follow(string text, Func<string, Balancer?> find)
    {
        if (text.Split('|') is not [var host, var ip, var port, var healthy, _, var name] || find(name) is not { Health.IsOn: true } balancer)
        {
            return;
        }

        foreach (TargetAddress candidate in balancer.Pool.Addresses)
        {
            AddressKey key = candidate.State.Key;
            if (candidate.IsWatched && key.Host == host && key.Port.ToString(CultureInfo.InvariantCulture) == port
                && (ip.Length == 0 || key.Ip.Trim('[', ']') == ip.Trim('[', ']')))
            {
                balancer.Reports.Set(candidate.State, healthy == "1");
            }
        }
    }

    private static IPEndPoint? EndPointOf(string text) =>
        IPAddress.TryParse(text.Trim('[', ']'), out IPAddress? address) ? new IPEndPoint(address, DefaultPort)
        : IPEndPoint.TryParse(text, out IPEndPoint? endPoint) ? endPoint
        : null;
}
