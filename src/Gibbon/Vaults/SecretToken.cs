using Gibbon.Pdk;

namespace Gibbon.Vaults;

/// <summary>A token that lets us in for a while: asked for when it is first needed, and again before it ends.</summary>
/// <param name="time">The clock.</param>
internal sealed class SecretToken(TimeProvider time)
{
    private static readonly TimeSpan s_early = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1);
    private volatile Given? _given;

    /// <summary>The token.</summary>
    /// <param name="login">Asks for one: the token and how many seconds it lasts (zero is for ever), or why there is none.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async Task<Result<string>> GetAsync(Func<CancellationToken, Task<Result<(string Token, long Seconds)>>> login, CancellationToken cancellation)
    {
        // One logs in, the others wait for what comes of it.
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_given is { } known && time.GetUtcNow() < known.End)
            {
                return known.Token;
            }

            Result<(string Token, long Seconds)> given = await login(cancellation).ConfigureAwait(false);
            if (!given.IsOk)
            {
                return Result.Failure<string>(given.Error);
            }

            (string token, long seconds) = given.Value;
            TimeSpan life = TimeSpan.FromSeconds(seconds);
            _given = new Given(token, seconds <= 0 ? DateTimeOffset.MaxValue : time.GetUtcNow() + (life > 2 * s_early ? life - s_early : life / 2));
            return token;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets the token: it was refused.</summary>
    public void Forget() => _given = null;

    private sealed record Given(string Token, DateTimeOffset End);
}
