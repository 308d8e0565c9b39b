using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>Numbers of this node alone: policy <c>local</c>, for those who do not care where numbers are.</summary>
/// <param name="counters">The numbers.</param>
/// <param name="time">The time.</param>
sealed class LocalCounterStore(LocalCounters counters, TimeProvider time) : ICounterStore
{
    public bool KeepsRefused => false;

    public ValueTask<Result<long[]>> AddAsync(IReadOnlyList<CounterRow> rows, long amount)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var totals = new long[rows.Count];
        for (var i = 0; i < totals.Length; i++)
        {
            var row = rows[i];
            var counter = counters.For(row.Key, now);
            totals[i] = amount == 0 ? counter.Usage(row.Period, row.Start) : counter.Add(row.Period, row.Start, amount);
        }

        return ValueTask.FromResult<Result<long[]>>(totals);
    }
}
