using Gibbon.Pdk;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Listeners;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Upstreams;
using Gibbon.Settings;
using Gibbon.Snapshots;
using Microsoft.Extensions.Logging;

namespace Gibbon.Proxy;

/// <summary>The gateway's settings in the forms that the parts of this room take.</summary>
internal static class ProxySettingsReader
{
    public static UpstreamPoolSettings Pool(UpstreamSettings settings) => new()
    {
        PoolSize = settings.KeepalivePoolSize,
        MaxRequests = settings.KeepaliveMaxRequests,
        IdleTimeout = (int)settings.KeepaliveIdleTimeout.TotalMilliseconds,
    };

    public static ProxyListenerOptions Listeners(
        GatewaySettings settings,
        Func<Snapshot> current,
        IExchangeHandler handler,
        Func<ServerHandshake, ValueTask> certificatePhase,
        ILoggerFactory loggers) => new()
    {
        Addresses = settings.Listeners.Proxy,
        Tls = settings.Tls,
        Certificates = () => current().Certificates,
        Handler = handler,
        OnHandshake = certificatePhase,
        Loggers = loggers,
        Http = Http(settings.Proxy),
        Http2MaxConcurrentStreams = settings.Proxy.Http2MaxConcurrentStreams,
    };

    public static ConnectionStatistics Statistics(ConnectionCounters counters) => new(
        counters.Active, counters.Reading, counters.Writing, counters.Waiting, counters.Accepted, counters.Handled, counters.Total);

    private static Http1Settings Http(ProxySettings settings) => new()
    {
        ClientHeaderBufferSize = (int)settings.ClientHeaderBufferSize,
        LargeHeaderBufferCount = settings.LargeHeaderBuffers,
        LargeHeaderBufferSize = (int)settings.LargeHeaderBufferSize,
        ClientMaxBodySize = settings.ClientMaxBodySize,
        ClientHeaderTimeout = (int)settings.ClientHeaderTimeout.TotalMilliseconds,
        ClientBodyTimeout = (int)settings.ClientBodyTimeout.TotalMilliseconds,
        SendTimeout = (int)settings.SendTimeout.TotalMilliseconds,
        KeepAliveTimeout = (int)settings.KeepaliveTimeout.TotalMilliseconds,
        KeepAliveRequests = settings.KeepaliveRequests,
    };
}
