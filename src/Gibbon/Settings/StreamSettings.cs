namespace Gibbon.Settings;

/// <summary>What nginx's directives say about streams (<c>nginx_sproxy_*</c>, <c>nginx_stream_*</c>).</summary>
internal sealed record StreamSettings
{
    /// <summary><c>preread_timeout</c>: how long a client has for its PROXY header and its TLS handshake.</summary>
    public required TimeSpan PrereadTimeout { get; init; }

    /// <summary><c>proxy_protocol</c>: services get a PROXY header, version 1.</summary>
    public required bool SendProxyProtocol { get; init; }

    /// <summary><c>proxy_half_close</c>: each direction of a TCP session ends by itself.</summary>
    public required bool HalfClose { get; init; }

    public static StreamSettings From(SettingReader read) => new()
    {
        PrereadTimeout = read.TimeDirective("preread_timeout", "sproxy", "stream") ?? TimeSpan.FromSeconds(30),
        SendProxyProtocol = read.SwitchDirective("proxy_protocol", false, "sproxy", "stream"),
        HalfClose = read.SwitchDirective("proxy_half_close", true, "sproxy", "stream"),
    };
}
