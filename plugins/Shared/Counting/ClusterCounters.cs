using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>Numbers in the database: policy <c>cluster</c>.</summary>
/// <typeparam name="T">The entity whose rows hold them, in the field <c>value</c>.</typeparam>
/// <param name="entities">The rows.</param>
/// <param name="expires">Whether rows vanish when their period is over.</param>
sealed class ClusterCounters<T>(IEntityAccess<T> entities, bool expires) : ICounterStore
    where T : class
{
    public bool KeepsRefused => false;

    public async ValueTask<Result<long[]>> AddAsync(IReadOnlyList<CounterRow> rows, long amount)
    {
        var totals = new long[rows.Count];
        for (var i = 0; i < totals.Length; i++)
        {
            var options = expires ? new EntityOptions { TimeToLive = TimeSpan.FromSeconds(rows[i].Period.Length()) } : default;
            var added = await entities.IncrementAsync(rows[i].PrimaryKey(), "value", amount, options);
            if (!added.IsOk)
                return Result.Failure<long[]>(added.Error.ToString());

            totals[i] = added.Value;
        }

        return totals;
    }
}
