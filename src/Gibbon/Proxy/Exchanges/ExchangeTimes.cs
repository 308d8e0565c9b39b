using System.Diagnostics;

namespace Gibbon.Proxy.Exchanges;

/// <summary>When the steps of a request happened, as <see cref="Stopwatch"/> timestamps; 0 for a step that did not.</summary>
internal struct ExchangeTimes
{
    /// <summary>The first byte of the request was seen.</summary>
    public long Started;

    /// <summary>The last plugin of access was done.</summary>
    public long AccessEnded;

    /// <summary>The last pick of a destination was done: what comes before is the gateway's time, what comes after the service's.</summary>
    public long BalancerEnded;

    /// <summary>The head of the answer, the service's or our own, was there.</summary>
    public long HeadReceived;

    /// <summary>The last byte of the answer's body was handed to the client.</summary>
    public long BodyEnded;

    /// <summary>Whole milliseconds from the start to the end of the balancer: <c>X-Kong-Proxy-Latency</c>.</summary>
    public readonly long ProxyLatency => Milliseconds(Started, BalancerEnded);

    /// <summary>Whole milliseconds that the service took to its first byte: <c>X-Kong-Upstream-Latency</c>.</summary>
    public readonly long UpstreamLatency => Milliseconds(BalancerEnded, HeadReceived);

    /// <summary>Whole milliseconds that an answer of our own took: <c>X-Kong-Response-Latency</c>.</summary>
    public readonly long ResponseLatency => Milliseconds(Started, HeadReceived);

    /// <summary>Whole milliseconds that receiving the answer's body took.</summary>
    public readonly long ReceiveTime => Milliseconds(HeadReceived, BodyEnded);

    /// <summary>Whole milliseconds of everything, until now if the answer is not over.</summary>
    public readonly long RequestTime => Milliseconds(Started, BodyEnded == 0 ? Stopwatch.GetTimestamp() : BodyEnded);

    private static long Milliseconds(long from, long to) => from == 0 || to <= from ? 0 : (to - from) / (Stopwatch.Frequency / 1000);
}
