using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Proxy.AccessLogs;
using Gibbon.Proxy.Listeners;
using Gibbon.Settings;
using Microsoft.Extensions.Logging;

namespace Gibbon.Proxy.Streams;

/// <summary>What serves streams behind their listeners: the pipeline, and logs of their own beside those of HTTP.</summary>
internal sealed class StreamGateway : IAsyncDisposable
{
    private readonly ErrorLog _errorLog;
    private readonly AccessLog _accessLog;
    private readonly bool _ownsErrorLog;
    private readonly StreamPipeline _pipeline;
    private readonly CertificatePhase _certificatePhase;

    /// <param name="http">What HTTP works with; most of it serves streams too.</param>
    public StreamGateway(ProxyDependencies http)
    {
        GatewaySettings settings = http.Settings;
        _ownsErrorLog = settings.Logs.StreamError != settings.Logs.ProxyError;
        _errorLog = _ownsErrorLog ? new ErrorLog(settings.Logs.StreamError, http.ErrorLog, http.Time) : http.ErrorLog;
        _accessLog = new AccessLog(settings.Logs.StreamAccess, settings.Logs, http.Time, LogFormats.StreamName);
        ProxyDependencies streams = new(settings)
        {
            Host = http.Host,
            Snapshots = http.Snapshots,
            Destinations = http.Destinations,
            Upstreams = http.Upstreams,
            UpstreamSettings = http.UpstreamSettings,
            GrpcUpstreams = http.GrpcUpstreams,
            ErrorLog = _errorLog,
            AccessLog = _accessLog,
            Totals = http.Totals,
            Occupancy = http.Occupancy,
            Traffic = http.Traffic,
            LiveRequests = http.LiveRequests,
            Time = http.Time,
        };
        _pipeline = new StreamPipeline(streams);
        _certificatePhase = new CertificatePhase(streams, Subsystem.Stream);
    }

    public ErrorLog ErrorLog => _errorLog;

    /// <summary>What the listeners of a core's streams are made of. They outlive the core: what they ask for is asked of the present one.</summary>
    public static StreamListenerOptions Listeners(GatewaySettings settings, Func<Snapshots.Snapshot> snapshot, Func<StreamGateway> current) => new()
    {
        Addresses = settings.Listeners.Stream,
        Tls = new ServerTlsOptions(settings.Tls, http2: null),
        Certificates = () => snapshot().Certificates,
        Serve = session => current()._pipeline.HandleAsync(session),
        OnHandshake = handshake => current()._certificatePhase.RunAsync(handshake),
        PrereadTimeout = settings.Streams.PrereadTimeout,
        HalfClose = settings.Streams.HalfClose,
        Log = new ErrorLogLoggers(() => current().ErrorLog).CreateLogger(nameof(StreamListeners)),
    };

    public void Reopen()
    {
        _accessLog.Reopen();
        if (_ownsErrorLog)
        {
            _errorLog.Reopen();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _accessLog.DisposeAsync().ConfigureAwait(false);
        if (_ownsErrorLog)
        {
            await _errorLog.DisposeAsync().ConfigureAwait(false);
        }
    }
}
