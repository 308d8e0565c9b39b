using Gibbon.Pdk;

namespace Gibbon.Vaults;

/// <summary>One secret of a vault: what is known of it, and the one question that is under way at a time.</summary>
/// <param name="cache">Where it is kept.</param>
/// <param name="lifetimes">How long it is believed.</param>
/// <param name="fetch">Asks the vault.</param>
internal sealed class SecretSlot(SecretCache cache, VaultLifetimes lifetimes, Func<CancellationToken, Task<Result<FetchedSecret>>> fetch)
{
    // What could not be fetched is not asked for again with every use.
    private static readonly TimeSpan s_afterFailure = TimeSpan.FromSeconds(10);

    private static readonly Result<FetchedSecret> s_unanswered = Result.Failure<FetchedSecret>("the vault has not answered yet");

    private readonly Lock _gate = new();
    private Known? _known;
    private Task<Result<FetchedSecret>>? _pending;
    private Result<FetchedSecret>? _handedOut;

    /// <summary>
    /// What is known now, though it may be about to be fetched anew; nobody waits. Who takes what turns out to be out of date is told by <see cref="SecretCache.CameLate"/>.
    /// </summary>
    public Result<FetchedSecret> Now()
    {
        lock (_gate)
        {
            if (Fresh is { } result)
            {
                return result;
            }

            _ = Ask();
            return (_handedOut = _known?.Result ?? s_unanswered).Value;
        }
    }

    /// <summary>Asks for a secret of which nothing is known yet.</summary>
    /// <returns>What to wait for: nothing, if something is known, or if others have gone on without it already.</returns>
    public Task First()
    {
        lock (_gate)
        {
            return _known is null && _handedOut is null ? Ask() : Task.CompletedTask;
        }
    }

    /// <summary>The secret, after waiting for the vault if need be.</summary>
    public Task<Result<FetchedSecret>> GetAsync()
    {
        lock (_gate)
        {
            return Fresh is { } result ? Task.FromResult(result) : Ask();
        }
    }

    /// <summary>Fetches anew what is due.</summary>
    /// <returns>Whether it is another than before.</returns>
    public async Task<bool> RefreshAsync()
    {
        Result<FetchedSecret> before;
        Task<Result<FetchedSecret>> answer;
        lock (_gate)
        {
            if (_known is null || Fresh is not null)
            {
                return false;
            }

            before = _known.Result;
            answer = Ask();
        }

        return IsOther(before, await answer.ConfigureAwait(false));
    }

    private Result<FetchedSecret>? Fresh => _known is { } known && cache.Time.GetUtcNow() < known.End ? known.Result : null;

    // On a thread of the pool: who asks may be one that requests live on.
    private Task<Result<FetchedSecret>> Ask() => _pending ??= Task.Run(FetchAsync);

    private async Task<Result<FetchedSecret>> FetchAsync()
    {
        Result<FetchedSecret>? fetched = null;
        bool isLate = false;
        try
        {
            using CancellationTokenSource patience = new(SecretCache.Patience);
            fetched = await fetch(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            fetched = Result.Failure<FetchedSecret>("timeout");
        }
        finally
        {
            lock (_gate)
            {
                _pending = null;
                if (fetched is { } result)
                {
                    _known = Judge(result, _known);
                    fetched = _known.Result;
                    isLate = _handedOut is { } old && IsOther(old, _known.Result);
                    _handedOut = null;
                }
            }
        }

        if (isLate)
        {
            cache.TellLate();
        }

        return fetched.Value;
    }

    private Known Judge(Result<FetchedSecret> fetched, Known? before)
    {
        DateTimeOffset now = cache.Time.GetUtcNow();
        if (fetched.IsOk)
        {
            double? seconds = fetched.Value.Text is null ? lifetimes.NegTtl : lifetimes.Ttl;
            DateTimeOffset end = seconds is > 0 and { } life ? now.AddSeconds(life) : fetched.Value.Text is null ? now + s_afterFailure : DateTimeOffset.MaxValue;
            return new Known(fetched, end, now);
        }

        // The vault cannot be asked: what it said last is good for a while.
        bool isGood = before is { Result.IsOk: true } && now < before.Fetched.AddSeconds((lifetimes.Ttl ?? 0) + (lifetimes.ResurrectTtl ?? 0));
        return isGood ? before! with { End = now + s_afterFailure } : new Known(fetched, now + s_afterFailure, now);
    }

    private static bool IsOther(Result<FetchedSecret> one, Result<FetchedSecret> two) => one.IsOk != two.IsOk || (one.IsOk && one.Value != two.Value);

    private sealed record Known(Result<FetchedSecret> Result, DateTimeOffset End, DateTimeOffset Fetched);
}
