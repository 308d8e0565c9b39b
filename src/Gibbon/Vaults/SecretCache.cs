using System.Collections.Concurrent;
using Gibbon.Pdk;

namespace Gibbon.Vaults;

/// <summary>The secrets that were asked for, for as long as they may be believed. What is happening to them outlives configurations.</summary>
/// <param name="time">The clock.</param>
internal sealed class SecretCache(TimeProvider time)
{
    /// <summary>How long a vault may take to answer, with the login that may come first.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, SecretSlot> _slots = new(StringComparer.Ordinal);

    /// <summary>A secret came after somebody had gone on without it, or with an older one.</summary>
    public event Action? CameLate;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>The place of a secret.</summary>
    /// <param name="key">What tells it from all others.</param>
    /// <param name="lifetimes">How long it is believed.</param>
    /// <param name="fetch">Asks the vault.</param>
    public SecretSlot Find(string key, VaultLifetimes lifetimes, Func<CancellationToken, Task<Result<FetchedSecret>>> fetch) =>
        _slots.GetOrAdd(key, static (_, made) => new SecretSlot(made.cache, made.lifetimes, made.fetch), (cache: this, lifetimes, fetch));

    /// <summary>Fetches anew what is due, all of it at once.</summary>
    /// <returns>Whether a secret is another than before.</returns>
    public async Task<bool> RefreshAsync() =>
        (await Task.WhenAll(_slots.Values.Select(static slot => slot.RefreshAsync())).ConfigureAwait(false)).Contains(true);

    /// <summary>Forgets everything.</summary>
    public void Clear() => _slots.Clear();

    /// <summary>Tells of a secret that came late.</summary>
    public void TellLate() => CameLate?.Invoke();
}
