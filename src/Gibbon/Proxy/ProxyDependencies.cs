using System.Text;
using Gibbon.Balancing;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Proxy.AccessLogs;
using Gibbon.Proxy.Errors;
using Gibbon.Proxy.Grpc;
using Gibbon.Proxy.Traffic;
using Gibbon.Proxy.Upstreams;
using Gibbon.Proxy.Watching;
using Gibbon.Settings;
using Gibbon.Snapshots;

namespace Gibbon.Proxy;

/// <summary>What the proxy works with, put together once at the start.</summary>
internal sealed class ProxyDependencies
{
    public ProxyDependencies(GatewaySettings settings)
    {
        Settings = settings;
        Instrumentations = InstrumentationNames.Of(settings.Tracing);
        ErrorTemplates = new ErrorTemplates(settings.Errors);
        ServerTokenBytes = Encoding.ASCII.GetBytes(settings.Node.ServerToken);
        ViaHttp11Bytes = Encoding.ASCII.GetBytes("1.1 " + settings.Node.ServerToken);
        ViaHttp2Bytes = Encoding.ASCII.GetBytes("2 " + settings.Node.ServerToken);
    }

    public GatewaySettings Settings { get; }

    public required PluginHost Host { get; init; }

    public required LiveSnapshot Snapshots { get; init; }

    public required DestinationPicker Destinations { get; init; }

    public required UpstreamPool Upstreams { get; init; }

    public required GrpcForwarder GrpcUpstreams { get; init; }

    public required UpstreamPoolSettings UpstreamSettings { get; init; }

    public required ErrorLog ErrorLog { get; init; }

    public required AccessLog AccessLog { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Counts requests.</summary>
    public required TrafficTotals Totals { get; init; }

    /// <summary>Who is being served.</summary>
    public required Occupancy Occupancy { get; init; }

    /// <summary>Keeps requests for people to look at, while that is on.</summary>
    public required TrafficRecorder Traffic { get; init; }

    /// <summary>Takes credentials out of what is kept.</summary>
    public Redaction Redaction { get; } = new();

    /// <summary>The requests that asked to be explained.</summary>
    public required LiveRequests LiveRequests { get; init; }

    /// <summary>Who may see a request's timings; null when nobody may.</summary>
    public DebugAccess? DebugAccess { get; init; }

    /// <summary>Which steps of requests become spans.</summary>
    public Instrumentations Instrumentations { get; }

    public ErrorTemplates ErrorTemplates { get; }

    /// <summary>The current time as the Date header has it.</summary>
    public HttpDate Date { get; } = new();

    /// <summary>The value of Server on our own answers.</summary>
    public ReadOnlySpan<byte> ServerToken => ServerTokenBytes;

    /// <summary>Our part of Via for an HTTP/1.1 service.</summary>
    public ReadOnlySpan<byte> ViaHttp11 => ViaHttp11Bytes;

    /// <summary>Our part of Via for a gRPC service.</summary>
    public ReadOnlySpan<byte> ViaHttp2 => ViaHttp2Bytes;

    private byte[] ServerTokenBytes { get; }

    private byte[] ViaHttp11Bytes { get; }

    private byte[] ViaHttp2Bytes { get; }
}
