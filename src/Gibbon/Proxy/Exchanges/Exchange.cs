using System.Diagnostics;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.PluginRuntime;
using Gibbon.Proxy.Grpc;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Streams;
using Gibbon.Proxy.Upstreams;
using Gibbon.Proxy.Watching;
using Gibbon.Routing;
using Gibbon.Settings;
using Gibbon.Snapshots;

namespace Gibbon.Proxy.Exchanges;

/// <summary>
/// One HTTP request on its way through the gateway: what the pipeline knows of it, and the context that plugins see. Pooled; everything it
/// holds belongs to the request until <see cref="End"/>.
/// </summary>
/// <remarks>The parts: this file, what it is and where it stands; <c>Exchange.Request.cs</c>, what is read out of the request.</remarks>
internal sealed partial class Exchange : PluginContext, IDisconnectObserver
{
    private readonly ExchangeClient _client;
    private readonly ExchangeResponse _response;
    private readonly ExchangeLog _log;
    private RequestId _id;
    private CancellationTokenSource? _aborted;
    private volatile bool _disconnected;

    public Exchange(ProxyDependencies dependencies)
    {
        Dependencies = dependencies;
        Upstream = new UpstreamCall(dependencies.UpstreamSettings);
        _client = new ExchangeClient(this);
        _response = new ExchangeResponse(this);
        _log = new ExchangeLog(this);
        _fields = new ExchangeFields(this);
        Request = new ExchangeRequest(this);
        Service = new ExchangeService(this);
        Router = new ExchangeRoute(this);
        Tracing = new ExchangeTracing(this);
        Telemetry = new ExchangeTelemetry(this);
    }

    /// <summary>What the proxy works with, the same for every request.</summary>
    public ProxyDependencies Dependencies { get; }

    /// <summary>The client's side.</summary>
    public Downstream Downstream { get; private set; } = null!;

    /// <summary>The configuration as it was when the request came.</summary>
    public Snapshot Snapshot { get; private set; } = null!;

    /// <summary>When the steps happened.</summary>
    public ExchangeTimes Times;

    /// <summary>Follows the request for tracing or debugging; null when nobody asked.</summary>
    public ExchangeWatch? Watch { get; private set; }

    /// <summary>Whether a filter failed: what it should have changed must not go out unchanged.</summary>
    public bool HasFilterFailed { get; private set; }

    /// <summary>How the request will be passed on.</summary>
    public ServiceCall Call { get; } = new();

    /// <summary>The connection to the service, for HTTP/1.1: the request as it gets it, and the answer as it comes.</summary>
    public UpstreamCall Upstream { get; }

    /// <summary>The call to a gRPC service; null for the others.</summary>
    public GrpcCall? Grpc { get; set; }

    /// <summary>The request as the service gets it.</summary>
    public OutgoingRequest Outgoing => Upstream.Request;

    /// <summary>The request's body as the service gets it: streamed, read into memory or a file, or made by a plugin.</summary>
    public RequestBody Body { get; } = new();

    /// <summary>The answer that the gateway gives itself, if it does.</summary>
    public OwnAnswer Answer { get; } = new();

    /// <summary>The head of the answer to the client. Until there is one, the headers that plugins want it to have.</summary>
    public ResponseHead Head { get; } = new();

    /// <summary>The service's answer, once there is one.</summary>
    public ServiceAnswer? ServiceAnswer { get; set; }

    /// <summary>Whether the answer passes through from the service: decides between the two kinds of latency headers.</summary>
    public bool IsProxied { get; set; }

    /// <summary>Whether an answer of a plugin's was the service's once: it comes out of a cache.</summary>
    public bool StandsForService { get; set; }

    /// <summary>Whether a failure made the gateway answer: plugins see <see cref="ResponseSource.Error"/>.</summary>
    public bool HasFailed { get; set; }

    /// <summary>The route that matched.</summary>
    public Route? Route { get; private set; }

    /// <summary>The service of <see cref="Route"/>.</summary>
    public Service? MatchedService => Call.Service?.Service;

    public override Subsystem Subsystem => Downstream is StreamSession ? Subsystem.Stream : Subsystem.Http;

    public override PluginHost Host => Dependencies.Host;

    public override Request Request { get; }

    public override Response Response => _response;

    public override ServiceConnection Service { get; }

    public override Client Client => _client;

    public override RequestLog Log => _log;

    public override MatchedRoute Router { get; }

    public override Tracing Tracing { get; }

    public override Telemetry Telemetry { get; }

    public override Guid? ConsumerId => _client.ConsumerId;

    public override ValueTask<IReadOnlyList<Guid>> ConsumerGroupsAsync() => _client.ConsumerGroupsAsync();

    public override bool HasExited => Answer.IsSet;

    /// <summary>The request's id as text, for headers and bodies.</summary>
    public string Id => _id.Text;

    /// <summary>The request's id as bytes.</summary>
    public ReadOnlySpan<byte> IdBytes => _id.Bytes;

    /// <summary>Whether the client has gone.</summary>
    public bool IsDisconnected => _disconnected;

    /// <summary>Cancelled when the client goes away. The token is made for the first who asks; without plugins nobody does.</summary>
    public override CancellationToken Aborted
    {
        get
        {
            if (_aborted is null)
            {
                Interlocked.CompareExchange(ref _aborted, new CancellationTokenSource(), null);
                if (_disconnected)
                {
                    _aborted.Cancel();
                }
            }

            return _aborted.Token;
        }
    }

    /// <summary>Takes up a request.</summary>
    public void Begin(Downstream downstream, Snapshot snapshot)
    {
        Dependencies.Occupancy.Enter();
        Downstream = downstream;
        Snapshot = snapshot;
        Times = new ExchangeTimes { Started = downstream.StartTimestamp };
        _id.Renew();
        Body.Begin(downstream.RequestBody, Dependencies.Settings.Proxy.ClientBodyBufferSize);
        downstream.DisconnectObserver = this;
        Follow(snapshot.Plugins.Global);
        ReadAddresses();
        Watch = downstream is StreamSession ? null : ExchangeWatch.For(this);
        IsWatched = Watch is not null;
    }

    /// <summary>Lets go of everything that belongs to the request.</summary>
    public void End()
    {
        Downstream.DisconnectObserver = null;
        Reset();
        Dependencies.Occupancy.Leave();
    }

    public void Enter(Phase phase)
    {
        EnterPhase(phase);
        Watch?.PhaseEntered(phase);
    }

    /// <summary>Breaks off what goes on with the service; from any thread.</summary>
    public void AbortUpstream()
    {
        Upstream.Abort();
        Grpc?.Abort();
    }

    /// <summary>Gives the connection to the service back, or closes it when it is in doubt.</summary>
    public ValueTask ReleaseUpstreamAsync()
    {
        Upstream.Finish();
        if (Grpc is not { } grpc)
        {
            return ValueTask.CompletedTask;
        }

        Grpc = null;
        return grpc.DisposeAsync();
    }

    /// <summary>Writes a line to the error log that says which request it belongs to.</summary>
    public void LogLine(LogSeverity severity, string message) => _log.Write(severity, message);

    /// <summary>Notes why the service could not be reached, or did not answer.</summary>
    public void LogUpstreamFailure(ProxyError error) => _log.UpstreamFailed(error);

    /// <summary>Notes a failure that is a defect of ours.</summary>
    public void LogDefect(Exception failure) => _log.Defect(failure);

    /// <summary>When the request's first byte came.</summary>
    public DateTimeOffset StartTime => DateTimeOffset.FromUnixTimeMilliseconds(NanosecondsAt(Times.Started) / 1_000_000);

    /// <summary>A <see cref="Stopwatch"/> timestamp as nanoseconds since 1970.</summary>
    public long NanosecondsAt(long timestamp)
    {
        long now = (Dependencies.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        return now - (long)Stopwatch.GetElapsedTime(timestamp).TotalNanoseconds;
    }

    /// <summary>The figures that metrics are made of.</summary>
    public TrafficFigures Figures() => new(
        IsProxied ? Times.ProxyLatency : Times.ResponseLatency,
        IsProxied ? Times.UpstreamLatency : -1,
        Times.RequestTime,
        Times.ReceiveTime,
        Downstream.BytesReceived,
        Downstream.BytesSent);

    /// <summary>The last plugin of access is done.</summary>
    public void AccessEnded() => Times.AccessEnded = Stopwatch.GetTimestamp();

    /// <summary>The route is known.</summary>
    public void Matched(Route route, CompiledService? service)
    {
        Route = route;
        Call.Begin(service, service is null ? null : Snapshot.FindBalancer(service.Service.Host));
        Follow(Snapshot.Plugins.Find(_match.Traits.Id, service?.Service.Id));
    }

    /// <summary>Answers with an error of the gateway's own logic, in the form the client prefers.</summary>
    public void Fail(int status, string? message = null, HeaderMap? headers = null) =>
        OwnAnswers.SetError(this, status, message, headers, ResponseSource.Exit);

    public override void PluginFailed(Pdk.Plugin plugin, Phase phase, Exception failure)
    {
        _log.PluginFailed(plugin.Name, phase, failure);
        Watch?.PluginFailed(failure);
        switch (phase)
        {
            case Phase.Certificate:
                HasFailed = true;
                break;
            case Phase.Preread when !Answer.IsSet:
                HasFailed = true;
                Answer.Set(500, default, null, null, ResponseSource.Error);
                break;
            case Phase.Access when !Answer.IsSet:
                HasFailed = true;
                Fail(500, "An unexpected error occurred");
                break;
            case Phase.Rewrite or Phase.Response when !Answer.IsSet:
                OwnAnswers.SetPage(this, 500);
                break;
            case Phase.HeaderFilter or Phase.BodyFilter:
                HasFilterFailed = true;
                break;
        }
    }

    /// <summary>Ends the exchange because a filter failed: as in Kong the client's connection is closed, on whatever has gone out.</summary>
    public void BreakOff()
    {
        HasFailed = true;
        AbortUpstream();
        Downstream.Abort();
        Times.BodyEnded = Stopwatch.GetTimestamp();
    }

    void IDisconnectObserver.ClientDisconnected()
    {
        _disconnected = true;
        CancellationTokenSource? aborted = _aborted;
        AbortUpstream();

        // Last: what waits for it may run here and now, to the end of the exchange.
        aborted?.Cancel();
    }

    protected override void PluginEntered(Pdk.Plugin? plugin, PluginInstance? instance) => Watch?.PluginEntered(this, plugin, instance);

    protected override void PluginWaits() => Watch?.PluginWaits();

    protected override void Reset()
    {
        base.Reset();
        Watch = null;
        IsWatched = false;
        HasFilterFailed = false;
        Downstream = null!;
        Snapshot = null!;
        Route = null;
        ServiceAnswer = null;
        IsProxied = false;
        StandsForService = false;
        HasFailed = false;
        _disconnected = false;
        _aborted?.Dispose();
        _aborted = null;
        Call.Reset();
        Upstream.Reset();
        Body.Reset();
        Answer.Reset();
        Head.Reset();
        ResetRequest();
        ResetResponse();
        _client.Clear();
        _response.Clear();
        _log.Clear();
        ((ExchangeTracing)Tracing).Clear();
        ((ExchangeTelemetry)Telemetry).Clear();
    }
}
