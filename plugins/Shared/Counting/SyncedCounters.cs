using System.Collections.Concurrent;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Redis;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>
/// Numbers in Redis, of which this node keeps a copy: it asks for a number once, counts by itself, and tells Redis after some time
/// (<c>sync_rate</c>). Cheaper than asking with each request, and less exact: nodes do not see what others count in the meantime.
/// </summary>
/// <param name="host">The gateway.</param>
/// <param name="redis">The server.</param>
/// <param name="prefix">What the keys begin with.</param>
/// <param name="interval">The time between two synchronizations.</param>
/// <param name="log">Where failures go.</param>
sealed class SyncedCounters(PluginHost host, IRedis redis, string prefix, TimeSpan interval, PluginLogger log) : ICounterStore
{
    readonly ConcurrentDictionary<CounterRow, Copy> copies = new();
    readonly SemaphoreSlim syncing = new(1, 1);
    int isScheduled;

    public bool KeepsRefused => false;

    public async ValueTask<Result<long[]>> AddAsync(IReadOnlyList<CounterRow> rows, long amount)
    {
        var totals = new long[rows.Count];
        for (var i = 0; i < totals.Length; i++)
        {
            var added = await AddAsync(rows[i], amount);
            if (!added.IsOk)
                return Result.Failure<long[]>(added.Error);

            totals[i] = added.Value;
        }

        if (amount != 0 && Interlocked.Exchange(ref isScheduled, 1) == 0)
            host.Timers.At(interval, _ => SyncAsync());

        return totals;
    }

    /// <summary>Tells Redis what was counted, and learns what others counted. What nobody asked for since the last time is forgotten.</summary>
    public async ValueTask SyncAsync()
    {
        Volatile.Write(ref isScheduled, 0);
        await syncing.WaitAsync();
        try
        {
            List<(CounterRow Row, Copy Copy, long Counted)> news = [];
            foreach (var (row, copy) in copies)
            {
                if (copy.TakeCounted() is { } counted)
                    news.Add((row, copy, counted));
                else
                    copies.TryRemove(KeyValuePair.Create(row, copy));
            }

            if (news.Count == 0)
                return;

            var replies = await redis.SendAsync([.. news.Select(item => RedisCounters.Addition(item.Row.RedisKey(prefix), item.Counted, item.Row.Period))]);
            if (replies.IsOk)
            {
                for (var i = 0; i < news.Count; i++)
                    news[i].Copy.Learn(replies.Value[i].Number);
            }
            else
            {
                // As in Kong: what could not be told is lost, and the next request asks anew.
                log.Err($"failed to sync counters to Redis: {replies.Error}");
                copies.Clear();
            }
        }
        finally
        {
            syncing.Release();
        }
    }

    async ValueTask<Result<long>> AddAsync(CounterRow row, long amount)
    {
        while (true)
        {
            if (copies.TryGetValue(row, out var copy))
            {
                if (copy.TryAdd(amount, out var total))
                    return total;

                // It was forgotten at this moment.
                copies.TryRemove(KeyValuePair.Create(row, copy));
            }

            var known = await redis.SendAsync([["GET", row.RedisKey(prefix)]]);
            if (!known.IsOk)
                return Result.Failure<long>(known.Error);

            copies.TryAdd(row, new Copy(known.Value[0].Number));
        }
    }

    /// <summary>What this node knows of a number, and what it has counted since.</summary>
    sealed class Copy(long first)
    {
        readonly Lock sync = new();
        long known = first;
        long counted;
        bool isForgotten;

        public bool TryAdd(long amount, out long total)
        {
            lock (sync)
            {
                counted += amount;
                total = known + counted;
                return !isForgotten;
            }
        }

        /// <summary>What was counted and is to be told; <c>null</c>, and it is forgotten, if nothing was.</summary>
        public long? TakeCounted()
        {
            lock (sync)
            {
                isForgotten = counted == 0;
                if (isForgotten)
                    return null;

                var taken = counted;
                known += taken;
                counted = 0;
                return taken;
            }
        }

        public void Learn(long total)
        {
            lock (sync)
                known = total;
        }
    }
}
