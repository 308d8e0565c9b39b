using System.Globalization;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Redis;

namespace Gibbon.Plugins.Acme.Storage;

/// <summary>Storage <c>redis</c>.</summary>
/// <param name="redis">The server.</param>
/// <param name="options">The beginning of keys, and how many are looked at in one go.</param>
sealed class RedisStorage(IRedis redis, RedisExtraOptions options) : IAcmeStorage
{
    public async ValueTask<Result<StoredText>> GetAsync(string key)
    {
        var reply = await SendAsync("GET", options.Namespace + key);
        return reply.IsOk ? new StoredText(reply.Value.Text) : Result.Failure<StoredText>(reply.Error);
    }

    public async ValueTask<Result> SetAsync(string key, string value, TimeSpan timeToLive = default)
    {
        var reply = await SendAsync(["SET", options.Namespace + key, value, .. Expiry(timeToLive)]);
        return reply.IsOk ? Result.Ok : Result.Failure(reply.Error);
    }

    public async ValueTask<Result> AddAsync(string key, string value, TimeSpan timeToLive)
    {
        var reply = await SendAsync(["SET", options.Namespace + key, value, "NX", .. Expiry(timeToLive)]);
        if (!reply.IsOk)
            return Result.Failure(reply.Error);

        return reply.Value.Value is null ? Result.Failure("exists") : Result.Ok;
    }

    public async ValueTask<Result> DeleteAsync(string key)
    {
        var reply = await SendAsync("DEL", options.Namespace + key);
        return reply.IsOk ? Result.Ok : Result.Failure(reply.Error);
    }

    public async ValueTask<Result<IReadOnlyList<string>>> ListAsync(string prefix)
    {
        // A scan may name a key twice.
        var keys = new HashSet<string>();
        var count = Math.Max(1, (long)(options.ScanCount ?? 10)).ToString(CultureInfo.InvariantCulture);
        var cursor = "0";
        do
        {
            var reply = await SendAsync("SCAN", cursor, "MATCH", Escape(options.Namespace + prefix) + "*", "COUNT", count);
            if (!reply.IsOk)
                return Result.Failure<IReadOnlyList<string>>(reply.Error);

            if (reply.Value.Value is not List<RedisReply> { Count: 2 } page || page[1].Value is not List<RedisReply> found)
                return Result.Failure<IReadOnlyList<string>>("a scan that is none");

            foreach (var key in found)
                if (key.Text is { } text)
                    keys.Add(text[options.Namespace.Length..]);

            cursor = page[0].Text ?? "0";
        }
        while (cursor != "0");

        return keys.ToArray();
    }

    static string[] Expiry(TimeSpan timeToLive) =>
        timeToLive == default ? [] : ["PX", ((long)timeToLive.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)];

    // The signs of a pattern stand for themselves.
    static string Escape(string text) => string.Concat(text.Select(static letter => letter is '*' or '?' or '[' or ']' or '\\' ? $"\\{letter}" : letter.ToString()));

    async ValueTask<Result<RedisReply>> SendAsync(params string[] command)
    {
        var replies = await redis.SendAsync([command]);
        return replies.IsOk ? replies.Value[0] : Result.Failure<RedisReply>(replies.Error);
    }
}
