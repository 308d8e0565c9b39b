using System.Globalization;

namespace Gibbon.Pdk.Schemas;

/// <summary>What Kong takes for a host: an IPv4 address, an IPv6 address in brackets or without, or a name; perhaps with a port.</summary>
static class Hostname
{
    /// <summary>Checks a host.</summary>
    /// <param name="text">The host.</param>
    /// <param name="port">Whether a port may follow.</param>
    /// <param name="error">What is said of a host that is none; Kong's own text when <c>null</c>.</param>
    /// <param name="named">What the error calls the host, where it is not <paramref name="text"/>.</param>
    public static string? Check(string text, bool port, string? error = null, string? named = null)
    {
        var parsed = HostAndPort.Parse(text);
        if (parsed.Error is { } failure)
        {
            return error ?? $"{failure}: {named ?? text}";
        }
        return parsed.Port is not null && !port ? "must not have a port" : null;
    }

    public static string? CheckServerName(string text)
    {
        var parsed = HostAndPort.Parse(text);
        return parsed switch
        {
            { Error: not null } => "invalid value: " + text,
            { Kind: not HostKind.Name } => "must not be an IP",
            { Port: not null } => "must not have a port",
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
        if (first != text.LastIndexOf('*'))
        {
            return "only one wildcard must be specified";
        }
        if (first != 0 && first != text.Length - 1)
        {
            return "wildcard must be leftmost or rightmost character";
        }
        return CheckServerName(text.Replace('*', 'a'));
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
        return TryPort(text.AsSpan(colon + 1)) is { } port
            ? new(kind, isV4 ? IpText.NormalizeV4(host)! : host, port, null)
            : new(kind, host, null, isV4 ? "invalid port number" : "invalid hostname");
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
                port = text[close + 1] == ':' ? TryPort(text.AsSpan(close + 2)) : null;
                if (port is null)
                {
                    return new(HostKind.V6, text, null, "invalid port number");
                }
            }
        }
        return IpText.NormalizeV6(host) is { } normal
            ? new(HostKind.V6, normal, port, null)
            : new(HostKind.V6, host, null, "invalid ipv6 address");
    }

    static int? TryPort(ReadOnlySpan<char> text) =>
        text.Length is > 0 and < 6 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535 ? port : null;

    /// <summary>Letters, digits, <c>. _ -</c>; no empty label but a last one, none that begins or ends with a hyphen.</summary>
    static bool IsName(string host)
    {
        if (host.Length == 0 || host[0] is '.' or '-')
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
