namespace Gibbon.Pdk.Schemas;

/// <content>Hosts, addresses, ports.</content>
public static partial class Typedefs
{
    /// <summary>An IP address or a hostname, without a port.</summary>
    public static Field Host(this Field field) => field.Checked(Hostname.Check);

    /// <summary>An IP address or a hostname, with a port or without.</summary>
    public static Field HostWithOptionalPort(this Field field) => field.Checked(Hostname.CheckWithPort);

    /// <summary>A hostname that may have one <c>*</c> as its first or last character.</summary>
    public static Field WildcardHost(this Field field) => field.Checked(Hostname.CheckWildcard);

    /// <summary>A TLS server name: a hostname, no IP address, no port.</summary>
    public static Field Sni(this Field field) => field.Checked(Hostname.CheckServerName);

    /// <summary>A host of a route: one <c>*</c> may stand for the leftmost or the rightmost label; a port may follow.</summary>
    public static Field RouterHost(this Field field) => field
        .With(new MatchAllValidator([new("^[^*]*%*?[^*]*$", "invalid wildcard: must have at most one wildcard")]))
        .With(new MatchAnyValidator(["^%*%.", "%.%*$", "^[^*]*$"], "invalid wildcard: must be placed at leftmost or rightmost label"))
        .Checked(static text => Hostname.CheckWithPort(text.Replace("*", "abc", StringComparison.Ordinal)));

    /// <summary>An IP address.</summary>
    public static Field Ip(this Field field) => field.Checked(static text => IpText.IsAddress(text) ? null : $"not an ip address: {text}");

    /// <summary>An IP address or a range in CIDR notation.</summary>
    public static Field IpOrCidr(this Field field) =>
        field.Checked(static text => IpText.IsAddress(text) || IpText.IsRange(text) ? null : $"invalid ip or cidr range: '{text}'");

    /// <summary>A range of IPv4 addresses in CIDR notation.</summary>
    public static Field CidrV4(this Field field) => field.Checked(static text => IpText.IsRangeV4(text) ? null : $"invalid ipv4 cidr range: '{text}'");

    /// <summary>A port: 0 to 65535.</summary>
    public static Field Port(this Field field) => field.With(new BetweenValidator(0, 65535));

    /// <summary>A time in milliseconds: 0 to 2147483646.</summary>
    public static Field Timeout(this Field field) => field.With(new BetweenValidator(0, 2147483646));

    /// <summary>A time to live in seconds: 0 to 100000000.</summary>
    public static Field Ttl(this Field field) => field.With(new BetweenValidator(0, 100000000));
}
