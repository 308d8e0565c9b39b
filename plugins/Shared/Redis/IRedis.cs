using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Redis;

/// <summary>A Redis, as plugins use it.</summary>
interface IRedis
{
    /// <summary>Sends commands in one go and waits for all their replies.</summary>
    /// <param name="commands">The commands, each a name and its arguments.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>A reply for each command in their order, or why there is none: no connection, no answer in time, a command that was refused.</returns>
    ValueTask<Result<RedisReply[]>> SendAsync(IReadOnlyList<string[]> commands, CancellationToken cancellation = default);
}
