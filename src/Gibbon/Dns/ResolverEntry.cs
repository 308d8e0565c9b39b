namespace Gibbon.Dns;

/// <summary>One remembered name: its last answer, how long it holds, and the look-up that is under way.</summary>
internal sealed class ResolverEntry(string host)
{
    private long _hits;
    private long _staleHits;
    private long _misses;
    private long _failures;
    private long _refreshes;

    /// <summary>Lower case.</summary>
    public string Host { get; } = host;

    /// <summary>Guards what follows <see cref="Answer"/>.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The answer; replaced whole, read without the gate.</summary>
    public ResolverAnswer? Answer { get; set => Volatile.Write(ref field, value); }

    /// <summary>The look-up under way; null when there is none.</summary>
    public Task<Resolution>? LookUp { get; set; }

    /// <summary>The question that brought records the last time.</summary>
    public (string Name, RecordType Type)? Last { get; set; }

    /// <summary>It was answered from memory.</summary>
    public void CountHit(bool isStale) => Interlocked.Increment(ref isStale ? ref _staleHits : ref _hits);

    /// <summary>Somebody has to wait for a look-up.</summary>
    public void CountMiss() => Interlocked.Increment(ref _misses);

    /// <summary>A look-up has brought nothing.</summary>
    public void CountFailure() => Interlocked.Increment(ref _failures);

    /// <summary>A look-up is begun because the answer is stale.</summary>
    public void CountRefresh() => Interlocked.Increment(ref _refreshes);

    /// <summary>The counters under Kong's names; those that are 0 are left out.</summary>
    public IReadOnlyDictionary<string, long> Counts
    {
        get
        {
            (string Name, long Count)[] counts =
            [
                ("runs", Volatile.Read(ref _hits) + Volatile.Read(ref _staleHits) + Volatile.Read(ref _misses)),
                ("hit_lru", Volatile.Read(ref _hits)),
                ("hit_stale", Volatile.Read(ref _staleHits)),
                ("miss", Volatile.Read(ref _misses)),
                ("fail", Volatile.Read(ref _failures)),
                ("stale", Volatile.Read(ref _refreshes)),
            ];
            return counts.Where(static count => count.Count > 0).ToDictionary(static count => count.Name, static count => count.Count, StringComparer.Ordinal);
        }
    }

    /// <summary>When somebody last asked, to within a second: what was not asked for longest is forgotten first.</summary>
    public long TouchedAt { get; set; }
}

/// <param name="Resolution">What is answered.</param>
/// <param name="StaleAt">From when on it is to be looked up again.</param>
/// <param name="UnusableAt">From when on it is no answer any more.</param>
internal sealed record ResolverAnswer(Resolution Resolution, long StaleAt, long UnusableAt);
