using System.Collections.Concurrent;
using Gibbon.Pdk;

namespace Gibbon.Vaults;

/// <summary>The secrets that were fetched, for as long as they may be believed. What is happening to them outlives configurations.</summary>
/// <param name="time">The clock.</param>
internal sealed class SecretCache(TimeProvider time)
{
    // What could not be fetched is not asked for again with every use.
    private static readonly TimeSpan s_afterFailure = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>A secret, from here or from its vault.</summary>
    /// <param name="key">What tells it from all others.</param>
    /// <param name="lifetimes">How long it is believed.</param>
    /// <param name="fetch">Asks the vault.</param>
    public Result<FetchedSecret> Get(string key, VaultLifetimes lifetimes, Func<Result<FetchedSecret>> fetch)
    {
        if (_entries.TryGetValue(key, out Entry? entry) && time.GetUtcNow() < entry.End)
        {
            return entry.Result;
        }

        return (_entries[key] = Fetch(entry, lifetimes, fetch)).Result;
    }

    /// <summary>Fetches anew what is due.</summary>
    /// <returns>Whether a secret is another than before.</returns>
    public bool Refresh()
    {
        bool changed = false;
        foreach ((string key, Entry entry) in _entries)
        {
            if (time.GetUtcNow() < entry.End)
            {
                continue;
            }

            Entry next = _entries[key] = Fetch(entry, entry.Lifetimes, entry.Fetch);
            changed |= next.Result.IsOk != entry.Result.IsOk || next.Result.Value != entry.Result.Value;
        }

        return changed;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _entries.Clear();

    private Entry Fetch(Entry? before, VaultLifetimes lifetimes, Func<Result<FetchedSecret>> fetch)
    {
        DateTimeOffset now = time.GetUtcNow();
        Result<FetchedSecret> fetched = fetch();
        if (fetched.IsOk)
        {
            double? seconds = fetched.Value.Text is null ? lifetimes.NegTtl : lifetimes.Ttl;
            DateTimeOffset end = seconds is > 0 and { } life ? now.AddSeconds(life) : fetched.Value.Text is null ? now + s_afterFailure : DateTimeOffset.MaxValue;
            return new Entry(fetched, end, now, lifetimes, fetch);
        }

        // The vault cannot be asked: what it said last is good for a while.
        bool isGood = before is { Result.IsOk: true } && now < before.Fetched.AddSeconds((lifetimes.Ttl ?? 0) + (lifetimes.ResurrectTtl ?? 0));
        return isGood
            ? before! with { End = now + s_afterFailure }
            : new Entry(fetched, now + s_afterFailure, now, lifetimes, fetch);
    }

    private sealed record Entry(
        Result<FetchedSecret> Result, DateTimeOffset End, DateTimeOffset Fetched, VaultLifetimes Lifetimes, Func<Result<FetchedSecret>> Fetch);
}
