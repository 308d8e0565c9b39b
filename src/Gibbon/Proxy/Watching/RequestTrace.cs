using System.Diagnostics;
using System.Text;
using Gibbon.Balancing;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Watching;

/// <summary>Makes the spans of a request's own steps, as far as <c>tracing_instrumentations</c> wants them.</summary>
internal sealed class RequestTrace
{
    private readonly Exchange _exchange;
    private readonly Instrumentations _wanted;
    private readonly ExchangeTracing _tracing;
    private readonly Span _root;
    private TracedCalls? _calls;
    private Span? _router;
    private Span? _plugin;
    private Phase _phase;

    public RequestTrace(Exchange exchange, Instrumentations wanted)
    {
        _exchange = exchange;
        _wanted = wanted;
        _tracing = (ExchangeTracing)exchange.Tracing;
        _root = _tracing.StartRoot("kong", exchange.NanosecondsAt(exchange.Times.Started));
        RequestHead head = exchange.Downstream.Request;
        string scheme = Encoding.ASCII.GetString(exchange.SchemeBytes);
        string host = Encoding.ASCII.GetString(exchange.HostBytes);
        _root.SetAttribute("http.method", head.MethodString);
        _root.SetAttribute("http.url", $"{scheme}://{host}{Encoding.UTF8.GetString(head.Target)}");
        _root.SetAttribute("http.host", host);
        _root.SetAttribute("http.scheme", scheme);
        _root.SetAttribute("http.flavor", head.Version switch { HttpVersion.Http10 => "1.0", HttpVersion.Http2 => "2.0", _ => "1.1" });
        _root.SetAttribute("http.client_ip", exchange.ClientAddress.ToString());
        _root.SetAttribute("net.peer.ip", exchange.PeerAddress.ToString());
        _root.SetAttribute("kong.request.id", exchange.Id);
        _calls = Wants(Instrumentations.DatabaseQuery | Instrumentations.HttpClient) ? new TracedCalls(_tracing, wanted) : null;
    }

    public void EnterPhase(Phase phase)
    {
        _phase = phase;
        if (phase == Phase.Access && Wants(Instrumentations.Balancer))
        {
            // What plugins tell the service is this try: its id must be known before there is one.
            _tracing.PrepareLastTry();
        }
    }

    /// <summary>Queries and HTTP requests of the present flow of control are this request's, until the result is disposed; null when nobody wants to know.</summary>
    public IDisposable? FollowCalls() => _calls?.Enter();

    public void EnterPlugin(Pdk.Plugin? plugin)
    {
        LeavePlugin();
        if (plugin is not null && PhaseName() is { } phase)
        {
            _plugin = _tracing.StartSpan($"kong.{phase}.plugin.{plugin.Name}");
            _tracing.ActiveSpan = _plugin;
        }

        if (_calls is not null)
        {
            OwnCalls.Current = plugin is null ? null : _calls;
        }
    }

    /// <summary>The plugin waits: the thread goes on to something else, and what the plugin does from now on comes with its own flow of control.</summary>
    public void PluginWaits()
    {
        if (_calls is not null)
        {
            OwnCalls.Current = null;
        }
    }

    private void LeavePlugin()
    {
        if (_plugin is null)
        {
            return;
        }

        _plugin.Finish();
        if (_tracing.ActiveSpan == _plugin)
        {
            _tracing.ActiveSpan = _plugin.Parent;
        }

        _plugin = null;
    }

    public void PluginFailed(Exception failure)
    {
        _plugin?.RecordError(failure.Message);
        _plugin?.SetStatus(SpanStatus.Error);
    }

    public void RouterStarts() => _router = Wants(Instrumentations.Router) ? _tracing.StartSpan("kong.router") : null;

    public void RouterEnds(bool found)
    {
        if (!found)
        {
            _router?.SetStatus(SpanStatus.Error);
        }

        _router?.Finish();
    }

    public void Picked(EndPoints? peer, in Pick pick)
    {
        if (!Wants(Instrumentations.DnsQuery) || peer is not { Literal: null })
        {
            return;
        }

        long started = _exchange.NanosecondsAt(_exchange.Call.LastTry.Started);
        Span span = _tracing.StartSpan("kong.dns", new SpanOptions { Kind = SpanKind.Client, StartTimeNs = started });
        span.SetAttribute("dns.record.domain", peer.Host);
        if (pick.Error.IsNone)
        {
            span.SetAttribute("dns.record.port", (long)pick.Destination.EndPoint.Port);
            span.SetAttribute("dns.record.ip", pick.Destination.EndPoint.Address.ToString());
        }
        else
        {
            span.RecordError(pick.Error.Message ?? "");
            span.SetStatus(SpanStatus.Error);
        }

        span.Finish(_exchange.NanosecondsAt(_exchange.Times.BalancerEnded));
    }

    /// <summary>The answer is over: so is everything but what plugins still do in log.</summary>
    public void Answered()
    {
        _calls?.Close();
        _calls = null;
        if (Wants(Instrumentations.Balancer))
        {
            AddTries();
        }

        if (_exchange.Head.Status != 0)
        {
            _root.SetAttribute("http.status_code", (long)_exchange.Head.Status);
        }

        _root.SetAttribute("http.route", _exchange.Route?.Paths is { Count: > 0 } paths ? paths[0] : "");
        long end = _exchange.Times.BodyEnded == 0 ? Stopwatch.GetTimestamp() : _exchange.Times.BodyEnded;
        _root.Finish(_exchange.NanosecondsAt(end));
    }

    private void AddTries()
    {
        ReadOnlySpan<ServiceTry> tries = _exchange.Call.Tries;
        for (int i = 0; i < tries.Length; i++)
        {
            ref readonly ServiceTry attempt = ref tries[i];
            bool isLast = i == tries.Length - 1;
            SpanOptions options = new() { Kind = SpanKind.Client, StartTimeNs = _exchange.NanosecondsAt(attempt.Started), Parent = _root };
            Span span = isLast ? _tracing.LinkLastTry("kong.balancer", options) : _tracing.StartSpan("kong.balancer", options);
            span.SetAttribute("try_count", (long)(i + 1));
            if (attempt.EndPoint is { } endPoint)
            {
                span.SetAttribute("net.peer.ip", endPoint.Address.ToString());
                span.SetAttribute("net.peer.port", (long)endPoint.Port);
            }

            if ((attempt.HostName ?? attempt.EndPoint?.Address.ToString()) is { } name)
            {
                span.SetAttribute("net.peer.name", name);
            }

            if (attempt.State is not null)
            {
                span.SetAttribute("http.status_code", (long)attempt.Code);
                span.SetStatus(SpanStatus.Error);
            }

            long end = !isLast ? tries[i + 1].Started : _exchange.Times.BodyEnded == 0 ? Stopwatch.GetTimestamp() : _exchange.Times.BodyEnded;
            span.Finish(_exchange.NanosecondsAt(end));
        }
    }

    private string? PhaseName() => _phase switch
    {
        Phase.Rewrite when Wants(Instrumentations.PluginRewrite) => "rewrite",
        Phase.Access when Wants(Instrumentations.PluginAccess) => "access",
        Phase.HeaderFilter when Wants(Instrumentations.PluginHeaderFilter) => "header_filter",
        _ => null,
    };

    private bool Wants(Instrumentations instrumentation) => (_wanted & instrumentation) != Instrumentations.None;
}
