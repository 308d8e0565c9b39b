using System.Net;

namespace Gibbon.Proxy.Exchanges;

/// <summary>One attempt to reach the service: what the log serializer lists under <c>tries</c>.</summary>
internal struct ServiceTry
{
    /// <summary>When the balancer was asked: a <see cref="System.Diagnostics.Stopwatch"/> timestamp.</summary>
    public long Started;

    /// <summary>How long it took, in nanoseconds.</summary>
    public long BalancerLatency;

    public IPEndPoint? EndPoint;

    /// <summary>The name that the address was found by; null when it was given as it is.</summary>
    public string? HostName;

    /// <summary><c>failed</c> for a try that came to nothing; null for one that was answered.</summary>
    public string? State;

    /// <summary>The status that a failed try counts as: 0 without an answer, 504 for a time-out.</summary>
    public int Code;

    /// <summary>The status for <c>upstream_status</c>: what the service answered, or 502 or 504 in its place.</summary>
    public int UpstreamStatus;
}
