namespace Gibbon.Settings;

/// <summary>Everything kong.conf and the <c>KONG_*</c> environment say, typed and checked; what needs a restart to change.</summary>
internal sealed record GatewaySettings
{
    public required NodeSettings Node { get; init; }
    public required ListenerSettings Listeners { get; init; }
    public required TlsSettings Tls { get; init; }
    public required ProxySettings Proxy { get; init; }
    public required StreamSettings Streams { get; init; }
    public required UpstreamSettings Upstreams { get; init; }
    public required RealIpSettings RealIp { get; init; }
    public required HeaderSettings Headers { get; init; }
    public required ErrorSettings Errors { get; init; }
    public required LogSettings Logs { get; init; }
    public required TracingSettings Tracing { get; init; }
    public required TrafficSettings Traffic { get; init; }
    public required RouterSettings Router { get; init; }
    public required DnsSettings Dns { get; init; }
    public required DatabaseSettings Database { get; init; }
    public required CacheSettings Cache { get; init; }
    public required PluginSettings Plugins { get; init; }
    public required VaultSettings Vaults { get; init; }
    public required LuaSettings Lua { get; init; }
    public required WorkerSettings Workers { get; init; }
    public required AdminSettings Admin { get; init; }
    public required ManagerSettings Manager { get; init; }
    public required HybridSettings Hybrid { get; init; }

    /// <summary>The same settings by Kong's names, untyped: what <c>kong.configuration</c> and <c>GET /</c> show.</summary>
    public required RawSettings Raw { get; init; }

    /// <summary>Kong's defaults, with no file and no environment.</summary>
    public static GatewaySettings Default { get; } = SettingsLoader.From();
}
