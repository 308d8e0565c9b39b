using System.Collections.Immutable;
using System.Net;

namespace Gibbon.Settings;

/// <summary>Whom to believe about the client's address, and which header to read it from.</summary>
internal sealed record RealIpSettings
{
    /// <summary><c>trusted_ips</c>, single addresses as networks of one.</summary>
    public required ImmutableArray<IPNetwork> TrustedNetworks { get; init; }

    /// <summary><c>trusted_ips</c> lists <c>unix:</c>.</summary>
    public required bool TrustUnixSockets { get; init; }

    /// <summary><c>real_ip_header</c>: a header's name, or <c>proxy_protocol</c>.</summary>
    public required string Header { get; init; }

    /// <summary>Walk the header's list from the right, past trusted addresses.</summary>
    public required bool Recursive { get; init; }

    public bool FromProxyProtocol => Header == "proxy_protocol";

    /// <summary>True when the peer may speak for its client.</summary>
    public bool Trusts(IPAddress peer)
    {
        var address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        foreach (var network in TrustedNetworks.AsSpan())
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }

    public static RealIpSettings From(SettingReader read)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        var unix = false;
        foreach (var entry in read.List("trusted_ips"))
        {
            if (entry == "unix:")
                unix = true;
            else if (IpNetworks.Parse(entry) is { } network)
                networks.Add(network);
            else
                read.Fail($"trusted_ips must be a comma separated list in the form of IPv4 or IPv6 address or CIDR block or 'unix:', got '{entry}'");
        }

        return new RealIpSettings
        {
            TrustedNetworks = networks.ToImmutable(),
            TrustUnixSockets = unix,
            Header = read.Word("nginx_proxy_real_ip_header"),
            Recursive = read.Word("nginx_proxy_real_ip_recursive") == "on",
        };
    }
}
