using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Gibbon.Settings;

/// <summary>Reads <c>off</c> or a list of <c>ADDRESS:PORT FLAGS</c>.</summary>
internal static class ListenAddressParser
{
    private static readonly string[] CommonFlags =
        ["bind", "reuseport", "backlog=%d+", "ipv6only=on", "ipv6only=off", "so_keepalive=on", "so_keepalive=off", "so_keepalive=%w*:%w*:%d*"];

    private static readonly string[] HttpFlags = ["ssl", "http2", "proxy_protocol", "deferred", .. CommonFlags];

    private static readonly string[] StreamFlags = ["udp", "ssl", "proxy_protocol", .. CommonFlags];

    /// <summary>The flags in Kong's own spelling and order, as <c>GET /</c> lists them.</summary>
    public static IReadOnlyList<string> Flags(bool stream) => stream ? StreamFlags : HttpFlags;

    public static ImmutableArray<ListenAddress> Read(SettingReader read, string name, bool stream = false)
    {
        var entries = read.List(name);
        if (entries.IsEmpty || entries[0] == "off")
            return [];

        var addresses = ImmutableArray.CreateBuilder<ListenAddress>(entries.Length);
        foreach (var entry in entries)
        {
            if (Parse(entry, stream) is not { } address)
            {
                read.Fail($"{name} must be of form: [off] | <ip>:<port> {string.Join(' ', Flags(stream).Select(flag => $"[{flag}]"))}, [... next entry ...]");
                return [];
            }

            addresses.Add(address);
        }

        return addresses.MoveToImmutable();
    }

    private static ListenAddress? Parse(string entry, bool stream)
    {
        var words = entry.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (HostAndPort(words[0]) is not var (host, port))
            return null;

        var address = new ListenAddress { Address = host, Port = port, Text = "" };
        foreach (var word in words.AsSpan(1))
        {
            if (WithFlag(address, word, stream) is not { } flagged)
                return null;
            address = flagged;
        }

        return address with { Text = Canonical(address, words.AsSpan(1)) };
    }

    private static ListenAddress? WithFlag(ListenAddress address, string word, bool stream) => word switch
    {
        "ssl" => address with { Ssl = true },
        "http2" when !stream => address with { Http2 = true },
        "deferred" when !stream => address with { Deferred = true },
        "udp" when stream => address with { Udp = true },
        "proxy_protocol" => address with { ProxyProtocol = true },
        "bind" => address with { Bind = true },
        "reuseport" => address with { Reuseport = true },
        "ipv6only=on" => address with { Ipv6Only = true },
        "ipv6only=off" => address with { Ipv6Only = false },
        "so_keepalive=on" => address with { SoKeepalive = new SocketKeepalive(true) },
        "so_keepalive=off" => address with { SoKeepalive = new SocketKeepalive(false) },
        _ when word.StartsWith("backlog=", StringComparison.Ordinal) && Digits(word.AsSpan(8)) is { } backlog =>
            address with { Backlog = backlog },
        _ when word.StartsWith("so_keepalive=", StringComparison.Ordinal) && Keepalive(word["so_keepalive=".Length..]) is { } keepalive =>
            address with { SoKeepalive = keepalive },
        _ => null,
    };

    private static (string Host, int Port)? HostAndPort(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || Digits(text.AsSpan(colon + 1)) is not { } port || port > IPEndPoint.MaxPort)
            return null;

        var host = text[..colon];
        if (host.StartsWith('['))
        {
            return host.EndsWith(']') && IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out var address)
                ? (address.ToString(), port) : null;
        }

        return host.Contains(':', StringComparison.Ordinal) || Uri.CheckHostName(host) is UriHostNameType.Unknown ? null : (host, port);
    }

    private static SocketKeepalive? Keepalive(string text)
    {
        var parts = text.Split(':');
        if (parts.Length != 3)
            return null;
        var idle = NginxUnits.Time(parts[0]);
        var interval = NginxUnits.Time(parts[1]);
        var count = Digits(parts[2]);
        if ((parts[0].Length > 0 && idle is null) || (parts[1].Length > 0 && interval is null) || (parts[2].Length > 0 && count is null))
            return null;
        return new SocketKeepalive(true, idle, interval, count);
    }

    private static int? Digits(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // Kong writes the flags in the order of its list and leaves http2 to a directive of its own.
    private static string Canonical(ListenAddress address, ReadOnlySpan<string> words)
    {
        var ordered = words.ToArray().Where(word => word != "http2").Distinct().OrderBy(Rank);
        return string.Join(' ', ordered.Prepend(address.ToString()));
    }

    private static int Rank(string word)
    {
        string[] order = ["udp", "ssl", "proxy_protocol", "deferred", "bind", "reuseport", "backlog", "ipv6only", "so_keepalive"];
        return Array.IndexOf(order, word.Split('=')[0]);
    }
}
