namespace Gibbon.Balancing.Health;

/// <summary>Which statuses count, and how many events decide: of probes, or of requests. A threshold of 0 counts nothing.</summary>
internal sealed class HealthRules
{
    private readonly StatusSet _healthy;
    private readonly StatusSet _unhealthy;

    public HealthRules(IEnumerable<int>? healthy, IEnumerable<int>? unhealthy)
    {
        _healthy = new StatusSet(healthy);
        _unhealthy = new StatusSet(unhealthy);
    }

    public required int Successes { get; init; }

    public required int HttpFailures { get; init; }

    public required int TcpFailures { get; init; }

    public required int Timeouts { get; init; }

    /// <summary>What a status is; null when it says nothing. 0 stands for an answer without one.</summary>
    public HealthEvent? Judge(int status) =>
        _healthy.Contains(status) ? HealthEvent.Success
        : status == 0 || _unhealthy.Contains(status) ? HealthEvent.HttpFailure
        : null;

    public int ThresholdOf(HealthEvent what) => what switch
    {
        HealthEvent.Success => Successes,
        HealthEvent.HttpFailure => HttpFailures,
        HealthEvent.TcpFailure => TcpFailures,
        _ => Timeouts,
    };

    // A bit a status: asked for every request.
    private readonly struct StatusSet
    {
        private readonly ulong[] _bits;

        public StatusSet(IEnumerable<int>? statuses)
        {
            _bits = new ulong[16];
            foreach (int status in statuses ?? [])
            {
                _bits[status >> 6] |= 1UL << status;
            }
        }

        public bool Contains(int status) => (uint)status < 1000 && (_bits[status >> 6] & (1UL << status)) != 0;
    }
}
