using System.Globalization;

namespace Gibbon.Pdk.Schemas;

/// <summary>What Kong takes for a host: an IPv4 address, an IPv6 address in brackets or without, or a name; perhaps with a port.</summary>
static class Hostname
{
    /// <summary>Checks a host that must not have a port.</summary>
    public static string? Check(string text) => HostAndPort.Parse(text) switch
    {
        { Error: HostAndPort.InvalidPort } or { Port: not null } => "must not have a port",
        { Error: not null } => "invalid value: " + text,
        _ => null,
    };

    /// <summary>Checks a host that may have a port.</summary>
    public static string? CheckWithPort(string text) => HostAndPort.Parse(text).Error switch
    {
        null => null,
        HostAndPort.InvalidPort => HostAndPort.InvalidPort,
        var error => $"{error}: {text}",
    };

    public static string? CheckServerName(string text)
    {
        var parsed = HostAndPort.Parse(text);
        return parsed switch
        {
            { Error: not (null or HostAndPort.InvalidPort) } => "invalid value: " + text,
            { Error: null, Kind: not HostKind.Name } => "must not be an IP",
            { Error: not null } or { Port: not null } => "must not have a port",
            _ => null,
        };
    }

    /// <summary>Checks a server name in which one <c>*</c> may be the first or the last character.</summary>
    public static string? CheckWildcard(string text)
    {
        var first = text.IndexOf('*', StringComparison.Ordinal);
        if (first < 0)
        {
            return CheckServerName(text);
        }
        if (first != 0 && first != text.Length - 1)
        {
            return "wildcard must be leftmost or rightmost character";
        }
        return first == text.LastIndexOf('*')
            ? CheckServerName(text.Replace("*", "wildcard", StringComparison.Ordinal))
            : "only one wildcard must be specified";
    }
}

/// <summary>The three kinds of host.</summary>
enum HostKind
{
    Name,
    V4,
    V6,
}

/// <summary>A host taken apart, or what is wrong with it.</summary>
readonly record struct HostAndPort(HostKind Kind, string Host, int? Port, string? Error)
{
    public const string InvalidPort = "invalid port number";

    /// <summary>Takes a host apart: more than one colon make it IPv6, only digits and dots IPv4, everything else a name.</summary>
    public static HostAndPort Parse(string text)
    {
        if (text.AsSpan().Count(':') > 1)
        {
            return ParseV6(text);
        }
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var host = colon < 0 ? text : text[..colon];
        var isV4 = host.Length > 0 && host.All(static character => char.IsAsciiDigit(character) || character == '.');
        var kind = isV4 ? HostKind.V4 : HostKind.Name;
        if (isV4 ? IpText.NormalizeV4(host) is not { } normal : !IsName(host))
        {
            return new(kind, host, null, isV4 ? "invalid ipv4 address" : "invalid hostname");
        }
        if (colon < 0)
        {
            return new(kind, isV4 ? IpText.NormalizeV4(host)! : host, null, null);
        }
        return ReadPort(text.AsSpan(colon + 1)) switch
        {
            null => new(kind, host, null, isV4 ? "invalid ipv4 address" : "invalid hostname"),
            > 65535 => new(kind, host, null, InvalidPort),
            var port => new(kind, isV4 ? IpText.NormalizeV4(host)! : host, port, null),
        };
    }

    static HostAndPort ParseV6(string text)
    {
        var host = text;
        int? port = null;
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0)
            {
                return new(HostKind.V6, text, null, "invalid ipv6 address");
            }
            host = text[1..close];
            if (close + 1 < text.Length)
            {
                port = text[close + 1] == ':' ? ReadPort(text.AsSpan(close + 2)) : null;
                if (port is null or > 65535)
                {
                    return new(HostKind.V6, text, null, port is null ? "invalid ipv6 address" : InvalidPort);
                }
            }
        }
        return IpText.NormalizeV6(host) is { } normal
            ? new(HostKind.V6, normal, port, null)
            : new(HostKind.V6, host, null, "invalid ipv6 address");
    }

    // Digits, however many; null when something else is among them.
    static int? ReadPort(ReadOnlySpan<char> text) =>
        text.IsEmpty || text.ContainsAnyExceptInRange('0', '9') ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : int.MaxValue;

    /// <summary>Letters, digits, <c>. _ -</c>; no empty label but a last one, none that ends with a hyphen.</summary>
    static bool IsName(string host)
    {
        if (host.Length == 0 || host[0] == '.')
        {
            return false;
        }
        for (var at = 0; at < host.Length; at++)
        {
            var isLast = at + 1 == host.Length;
            switch (host[at])
            {
                case '.' when !isLast && host[at + 1] == '.':
                case '-' when isLast || host[at + 1] == '.':
                case var character when !char.IsAsciiLetterOrDigit(character) && character is not ('.' or '_' or '-'):
                    return false;
            }
        }
        return true;
    }
}
