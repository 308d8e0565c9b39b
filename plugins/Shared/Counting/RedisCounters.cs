using System.Globalization;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Redis;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>Numbers in Redis, asked with each request: policy <c>redis</c>. As in Kong, what is refused has been counted.</summary>
/// <param name="redis">The server.</param>
/// <param name="prefix">What the keys begin with.</param>
sealed class RedisCounters(IRedis redis, string prefix) : ICounterStore
{
    // One step for the server: a number that somebody made gets its time, whatever becomes of us.
    const string Script =
        "local n = redis.call('INCRBY', KEYS[1], ARGV[1]) if redis.call('TTL', KEYS[1]) < 0 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end return n";

    public bool KeepsRefused => true;

    /// <summary>The command that adds to one number.</summary>
    public static string[] Addition(string key, long amount, Period period) =>
        ["EVAL", Script, "1", key, amount.ToString(CultureInfo.InvariantCulture), period.Length().ToString(CultureInfo.InvariantCulture)];

    public async ValueTask<Result<long[]>> AddAsync(IReadOnlyList<CounterRow> rows, long amount)
    {
        var commands = new string[rows.Count][];
        for (var i = 0; i < commands.Length; i++)
        {
            var key = rows[i].RedisKey(prefix);
            commands[i] = amount == 0 ? ["GET", key] : Addition(key, amount, rows[i].Period);
        }

        var replies = await redis.SendAsync(commands);
        return replies.IsOk ? Array.ConvertAll(replies.Value, static reply => reply.Number) : Result.Failure<long[]>(replies.Error);
    }
}
