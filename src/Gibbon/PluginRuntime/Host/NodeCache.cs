using System.Collections.Concurrent;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>
/// The node's cache: what was loaded once is answered from memory, absence as well as presence; of many who miss at once one loads. When a
/// load fails, an expired value serves on for <see cref="CacheOptions.ResurrectTimeToLive"/>.
/// </summary>
internal sealed class NodeCache(NodeCacheSettings settings, TimeProvider time) : INodeCache
{
    private readonly ConcurrentDictionary<string, Item> _items = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task<Item>> _loads = new(StringComparer.Ordinal);

    // That a load still counts, and that its item is kept, is one step: nobody forgets the key between the two. Who finds an item does not come by here.
    private readonly Lock _keeping = new();
    private int _additions;

    /// <summary>Told when a key is to be forgotten on the other nodes too.</summary>
    public event Action<string>? Invalidated;

    public ValueTask<Result<T?>> GetAsync<T, TState>(
        string key, TState state, Func<TState, CancellationToken, ValueTask<CacheEntry<T>>> loader, CacheOptions options = default)
        where T : class =>
        _items.TryGetValue(key, out Item? item) && !IsOver(item)
            ? new ValueTask<Result<T?>>((T?)item.Value)
            : LoadAsync(key, state, loader, options);

    public bool TryGet(string key, out object? value)
    {
        bool isKnown = _items.TryGetValue(key, out Item? item) && !IsOver(item);
        value = isKnown ? item!.Value : null;
        return isKnown;
    }

    public bool Probe<T>(string key, out T? value, out TimeSpan timeToLive)
        where T : class
    {
        value = null;
        timeToLive = default;
        if (!_items.TryGetValue(key, out Item? item))
        {
            return false;
        }

        value = (T?)item.Value;
        timeToLive = item.Expiry == long.MaxValue ? Timeout.InfiniteTimeSpan : time.GetElapsedTime(time.GetTimestamp(), item.Expiry);
        return true;
    }

    public ValueTask<Result<T?>> RenewAsync<T, TState>(
        string key, TState state, Func<TState, CancellationToken, ValueTask<CacheEntry<T>>> loader, CacheOptions options = default)
        where T : class => LoadAsync(key, state, loader, options);

    public void Set(string key, object? value, CacheOptions options = default)
    {
        if (!_items.TryGetValue(key, out Item? present) || IsOver(present))
        {
            Keep(key, value, value is null ? options.NegativeTimeToLive ?? settings.NegativeTimeToLive : options.TimeToLive ?? settings.TimeToLive);
        }
    }

    public void Invalidate(string key)
    {
        InvalidateLocal(key);
        Invalidated?.Invoke(key);
    }

    public void InvalidateLocal(string key)
    {
        // A load that is under way may have read what is now out of date: its result goes to those who wait, and is not kept.
        lock (_keeping)
        {
            _loads.TryRemove(key, out _);
            _items.TryRemove(key, out _);
        }
    }

    public void Purge()
    {
        lock (_keeping)
        {
            _loads.Clear();
            _items.Clear();
        }
    }

    private async ValueTask<Result<T?>> LoadAsync<T, TState>(
        string key, TState state, Func<TState, CancellationToken, ValueTask<CacheEntry<T>>> loader, CacheOptions options)
        where T : class
    {
        TaskCompletionSource<Item> mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<Item> load = _loads.GetOrAdd(key, mine.Task);
        if (!ReferenceEquals(load, mine.Task))
        {
            return ResultOf<T>(await load.ConfigureAwait(false));
        }

        Item loaded;
        try
        {
            CacheEntry<T> entry = await loader(state, CancellationToken.None).ConfigureAwait(false);
            loaded = entry.Error is not null
                ? Resurrect(key, entry.Error, options)
                : Fresh(key, mine.Task, entry.Value, entry.TimeToLive, options);
        }
        catch (Exception failure)
        {
            loaded = Resurrect(key, "callback threw an error: " + failure.Message, options);
        }

        _loads.TryRemove(new KeyValuePair<string, Task<Item>>(key, mine.Task));
        mine.SetResult(loaded);
        return ResultOf<T>(loaded);
    }

    private static Result<T?> ResultOf<T>(Item item)
        where T : class =>
        item.Error is null ? (T?)item.Value : Result.Failure<T?>("failed to get from node cache: " + item.Error);

    private Item Fresh(string key, Task<Item> load, object? value, TimeSpan? timeToLive, CacheOptions options)
    {
        TimeSpan kept = timeToLive ?? (value is null
            ? options.NegativeTimeToLive ?? settings.NegativeTimeToLive
            : options.TimeToLive ?? settings.TimeToLive);
        Item item = Make(value, kept);
        lock (_keeping)
        {
            if (!_loads.TryGetValue(key, out Task<Item>? present) || !ReferenceEquals(present, load))
            {
                return item;
            }

            _items[key] = item;
        }

        MakeRoom();
        return item;
    }

    private Item Resurrect(string key, string error, CacheOptions options)
    {
        TimeSpan extension = options.ResurrectTimeToLive ?? settings.ResurrectTimeToLive;
        return extension > TimeSpan.Zero && _items.TryGetValue(key, out Item? stale)
            ? Keep(key, stale.Value, extension)
            : new Item(null, 0, error);
    }

    private Item Keep(string key, object? value, TimeSpan timeToLive)
    {
        Item item = Make(value, timeToLive);
        _items[key] = item;
        MakeRoom();
        return item;
    }

    private Item Make(object? value, TimeSpan timeToLive) => new(
        value, timeToLive <= TimeSpan.Zero ? long.MaxValue : time.GetTimestamp() + (long)(timeToLive.TotalSeconds * time.TimestampFrequency), null);

    private bool IsOver(Item item) => item.Expiry != long.MaxValue && time.GetTimestamp() >= item.Expiry;

    // Counted rarely, because counting locks the dictionary; what is over goes first, then anything.
    private void MakeRoom()
    {
        if (Interlocked.Increment(ref _additions) % 4096 != 0)
        {
            return;
        }

        int surplus = _items.Count - settings.MostItems;
        foreach ((string key, Item item) in _items)
        {
            if (IsOver(item) || surplus-- > 0)
            {
                _items.TryRemove(new KeyValuePair<string, Item>(key, item));
            }
        }
    }

    private sealed record Item(object? Value, long Expiry, string? Error);
}
