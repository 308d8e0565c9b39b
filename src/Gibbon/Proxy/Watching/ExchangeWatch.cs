using System.Diagnostics;
using Gibbon.Balancing;
using Gibbon.Pdk;
using Gibbon.Proxy.Exchanges;

namespace Gibbon.Proxy.Watching;

/// <summary>
/// Follows a request that somebody wants to see from the inside: by spans, by the timings of <c>X-Kong-Request-Debug</c>, or both. Others have
/// none and pay nothing but the question.
/// </summary>
internal sealed class ExchangeWatch
{
    private readonly RequestDebug? _debug;
    private readonly RequestTrace? _trace;

    private ExchangeWatch(RequestDebug? debug, RequestTrace? trace)
    {
        _debug = debug;
        _trace = trace;
    }

    /// <summary>Whether what goes to the client is part of it.</summary>
    public RequestDebug? Debug => _debug;

    /// <summary>The watch over a request that has just come, or null. Takes the headers that ask for it off the request.</summary>
    public static ExchangeWatch? For(Exchange exchange)
    {
        ProxyDependencies dependencies = exchange.Dependencies;
        RequestDebug? debug = dependencies.DebugAccess?.Open(exchange);
        if (dependencies.Instrumentations == Instrumentations.None)
        {
            return debug is null ? null : new ExchangeWatch(debug, null);
        }

        return new ExchangeWatch(debug, new RequestTrace(exchange, dependencies.Instrumentations));
    }

    public void PhaseEntered(Phase phase)
    {
        _debug?.EnterPhase(phase);
        _trace?.EnterPhase(phase);
    }

    public void PluginEntered(Pdk.Plugin? plugin, PluginInstance? instance)
    {
        _debug?.EnterPlugin(plugin, instance);
        _trace?.EnterPlugin(plugin);
    }

    public void PluginFailed(Exception failure) => _trace?.PluginFailed(failure);

    public void RouterStarts()
    {
        _debug?.RouterStarts();
        _trace?.RouterStarts();
    }

    public void RouterEnds(bool found)
    {
        _debug?.RouterEnds();
        _trace?.RouterEnds(found);
    }

    /// <summary>A destination was picked for the try that is under way, from memory or after waiting.</summary>
    public void Picked(Exchange exchange, in Pick pick, bool fromMemory)
    {
        EndPoints? peer = pick.Destination.Peer ?? (exchange.Call.Balancer is null ? exchange.Call.EndPoints : null);
        _debug?.Picked(exchange, peer, fromMemory);
        _trace?.Picked(peer, in pick);
    }

    /// <summary>The last byte has gone; the log phase comes.</summary>
    public void Answered(Exchange exchange)
    {
        _debug?.Answered(exchange);
        _trace?.Answered();
    }

    /// <summary>The log phase is over.</summary>
    public void Logged(Exchange exchange) => _debug?.WriteLog(exchange);

    /// <summary>Milliseconds between two timestamps of <see cref="Stopwatch"/>.</summary>
    internal static double Milliseconds(long from, long to) => to <= from ? 0 : Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}
