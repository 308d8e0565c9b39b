using Gibbon.Pdk;

namespace Gibbon.Vaults;

/// <summary>A token that lets us in for a while: asked for when it is first needed, and again before it ends.</summary>
/// <param name="time">The clock.</param>
internal sealed class SecretToken(TimeProvider time)
{
    private static readonly TimeSpan s_early = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private string? _token;
    private DateTimeOffset _end;

    /// <summary>The token.</summary>
    /// <param name="login">Asks for one: the token and how many seconds it lasts (zero is for ever), or why there is none.</param>
    public Result<string> Get(Func<Result<(string Token, long Seconds)>> login)
    {
        lock (_gate)
        {
            if (_token is not null && time.GetUtcNow() < _end)
            {
                return _token;
            }

            Result<(string Token, long Seconds)> given = login();
            if (!given.IsOk)
            {
                return Result.Failure<string>(given.Error);
            }

            (_token, long seconds) = given.Value;
            TimeSpan life = TimeSpan.FromSeconds(seconds);
            _end = seconds <= 0 ? DateTimeOffset.MaxValue : time.GetUtcNow() + (life > 2 * s_early ? life - s_early : life / 2);
            return _token;
        }
    }

    /// <summary>Forgets the token: it was refused.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _token = null;
        }
    }
}
