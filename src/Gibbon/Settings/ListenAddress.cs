namespace Gibbon.Settings;

/// <summary>One entry of <c>proxy_listen</c> and its kin: an address, a port and nginx's flags.</summary>
internal sealed record ListenAddress
{
    /// <summary>An IP address without brackets, or a host name to be resolved when listening.</summary>
    public required string Address { get; init; }

    /// <summary>0 asks the system for a free port.</summary>
    public required int Port { get; init; }

    public bool Ssl { get; init; }
    public bool Http2 { get; init; }
    public bool ProxyProtocol { get; init; }
    public bool Udp { get; init; }
    public bool Reuseport { get; init; }
    public bool Deferred { get; init; }
    public bool Bind { get; init; }

    /// <summary>Length of the accept queue; null: the server's default.</summary>
    public int? Backlog { get; init; }

    /// <summary>Whether an IPv6 wildcard leaves IPv4 alone; null: yes, as nginx does.</summary>
    public bool? Ipv6Only { get; init; }

    public SocketKeepalive? SoKeepalive { get; init; }

    /// <summary>The entry in Kong's order of words, as <c>GET /</c> shows it: <c>127.0.0.1:8443 ssl reuseport</c>.</summary>
    public required string Text { get; init; }

    public override string ToString() => Address.Contains(':') ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}

/// <summary><c>so_keepalive=on|off|idle:interval:count</c>; a missing part keeps the system's default.</summary>
internal readonly record struct SocketKeepalive(bool Enabled, TimeSpan? Idle = null, TimeSpan? Interval = null, int? Count = null);
