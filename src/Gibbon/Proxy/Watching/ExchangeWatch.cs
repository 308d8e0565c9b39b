using System.Diagnostics;
using Gibbon.Balancing;
using Gibbon.Pdk;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Traffic;

namespace Gibbon.Proxy.Watching;

/// <summary>
/// Follows a request that somebody wants to see from the inside: by spans, by the timings or the explanation that <c>X-Kong-Request-Debug</c>
/// asks for, or because traffic is recorded. Others have none and pay nothing but the questions.
/// </summary>
internal sealed class ExchangeWatch
{
    private readonly RequestTimings? _timings;
    private readonly TrafficRecording? _recording;
    private readonly RequestTrace? _trace;

    private ExchangeWatch(Exchange exchange, DebugWish wish, TrafficRecording? recording)
    {
        _recording = recording;
        if (!wish.IsNone || recording is not null)
        {
            _timings = new RequestTimings();
            Debug = wish.Timings ? new RequestDebug(_timings, wish.Log, wish.IsLoopback) : null;
            Explanation = wish.Explanation ? new RequestExplanation(exchange, _timings) : null;
        }

        Instrumentations wanted = exchange.Dependencies.Instrumentations;
        _trace = wanted == Instrumentations.None ? null : new RequestTrace(exchange, wanted);
    }

    /// <summary>The timings that go to the client; null when it has not asked for them.</summary>
    public RequestDebug? Debug { get; }

    /// <summary>The explanation that goes to the client; null when it has not asked for one.</summary>
    public RequestExplanation? Explanation { get; }

    /// <summary>The watch over a request that has just come, or null. Takes the headers that ask for it off the request.</summary>
    public static ExchangeWatch? For(Exchange exchange)
    {
        ProxyDependencies dependencies = exchange.Dependencies;
        DebugWish wish = dependencies.DebugAccess?.Open(exchange) ?? default;
        TrafficRecording? recording = dependencies.Traffic.Current;
        if (recording is not null && !recording.Draws())
        {
            recording = null;
        }

        return wish.IsNone && recording is null && dependencies.Instrumentations == Instrumentations.None ? null : new ExchangeWatch(exchange, wish, recording);
    }

    public void PhaseEntered(Phase phase)
    {
        _timings?.EnterPhase(phase);
        _trace?.EnterPhase(phase);
    }

    public void PluginEntered(Exchange exchange, Pdk.Plugin? plugin, PluginInstance? instance)
    {
        _timings?.EnterPlugin(exchange, plugin, instance);
        _trace?.EnterPlugin(plugin);
    }

    /// <summary>The plugin waits, and the thread does something else.</summary>
    public void PluginWaits() => _trace?.PluginWaits();

    /// <summary>See <see cref="RequestTrace.FollowCalls"/>.</summary>
    public IDisposable? FollowCalls() => _trace?.FollowCalls();

    public void PluginFailed(Exception failure) => _trace?.PluginFailed(failure);

    public void RouterStarts()
    {
        _timings?.RouterStarts();
        _trace?.RouterStarts();
    }

    public void RouterEnds(bool found)
    {
        _timings?.RouterEnds();
        _trace?.RouterEnds(found);
    }

    /// <summary>A destination was picked for the try that is under way, from memory or after waiting.</summary>
    public void Picked(Exchange exchange, in Pick pick, bool fromMemory)
    {
        EndPoints? peer = pick.Destination.Peer ?? (exchange.Call.Balancer is null ? exchange.Call.EndPoints : null);
        _timings?.Picked(exchange, peer, fromMemory);
        _trace?.Picked(peer, in pick);
    }

    /// <summary>The last byte has gone; the log phase comes.</summary>
    public void Answered(Exchange exchange)
    {
        _timings?.EndPhase();
        Debug?.Answered(exchange);
        _trace?.Answered();
    }

    /// <summary>The log phase is over.</summary>
    public void Logged(Exchange exchange)
    {
        Debug?.WriteLog(exchange);
        if (_recording is not null || Explanation is not null)
        {
            RecordedRequest request = RequestPortrait.Of(exchange, _timings!);
            _recording?.Add(request);
            Explanation?.Keep(request);
        }
    }

    /// <summary>Milliseconds between two timestamps of <see cref="Stopwatch"/>.</summary>
    internal static double Milliseconds(long from, long to) => to <= from ? 0 : Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}
