using System.Collections.Concurrent;

namespace Gibbon.Plugins.Prometheus;

/// <summary>
/// What was counted for one service and route. Reading the dictionaries takes no lock; only what is new is added under one.
/// </summary>
sealed class RouteMetrics
{
    static readonly double[] KongBuckets = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000];
    static readonly double[] UpstreamBuckets = [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10000, 30000, 60000];

    readonly ConcurrentDictionary<StatusKey, Count> requests = new();
    readonly ConcurrentDictionary<StatusKey, Count> sessions = new();
    readonly ConcurrentDictionary<string, (Count Ingress, Count Egress)> bytes = new(StringComparer.Ordinal);

    /// <summary>What the gateway took.</summary>
    public Histogram KongLatency { get; } = new(KongBuckets);

    /// <summary>What the service took.</summary>
    public Histogram UpstreamLatency { get; } = new(UpstreamBuckets);

    /// <summary>What requests took as a whole.</summary>
    public Histogram RequestLatency { get; } = new(UpstreamBuckets);

    /// <summary>How long streams lasted.</summary>
    public Histogram SessionDuration { get; } = new(UpstreamBuckets);

    /// <summary>Requests by status.</summary>
    public IEnumerable<KeyValuePair<StatusKey, Count>> Requests => requests;

    /// <summary>Streams by status.</summary>
    public IEnumerable<KeyValuePair<StatusKey, Count>> Sessions => sessions;

    /// <summary>Bytes by consumer.</summary>
    public IEnumerable<KeyValuePair<string, (Count Ingress, Count Egress)>> Bytes => bytes;

    /// <summary>Counts a request.</summary>
    public void CountStatus(int status, bool isFromService, string consumer) =>
        requests.GetOrAdd(new StatusKey(status, isFromService, consumer), static _ => new Count()).Add(1);

    /// <summary>Counts a stream.</summary>
    public void CountSession(int status, bool isFromService) =>
        sessions.GetOrAdd(new StatusKey(status, isFromService, ""), static _ => new Count()).Add(1);

    /// <summary>Counts bytes from and to the client.</summary>
    public void CountBytes(long ingress, long egress, string consumer)
    {
        var counts = bytes.GetOrAdd(consumer, static _ => (new Count(), new Count()));
        if (ingress > 0)
            counts.Ingress.Add(ingress);

        if (egress > 0)
            counts.Egress.Add(egress);
    }
}

/// <summary>What requests of a route are told apart by.</summary>
/// <param name="Status">The status.</param>
/// <param name="IsFromService">Whether the service answered, not the gateway.</param>
/// <param name="Consumer">The consumer's user name; empty if it does not matter.</param>
readonly record struct StatusKey(int Status, bool IsFromService, string Consumer);
