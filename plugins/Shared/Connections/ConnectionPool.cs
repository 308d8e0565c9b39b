using System.Collections.Concurrent;

namespace Gibbon.Plugins.Shared.Connections;

/// <summary>Connections that are kept between uses, by where they lead.</summary>
/// <typeparam name="TKey">Tells apart what must not share a connection.</typeparam>
sealed class ConnectionPool<TKey>
    where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, ConcurrentStack<(KeptConnection Connection, int Number)>> idle = new();

    /// <summary>A kept connection that is still open; <c>null</c> if there is none.</summary>
    public async ValueTask<KeptConnection?> TakeAsync(TKey key)
    {
        if (!idle.TryGetValue(key, out var stack))
            return null;

        while (stack.TryPop(out var kept))
        {
            if (!kept.Connection.Claim(kept.Number))
                continue;

            if (kept.Connection.IsOpen)
                return kept.Connection;

            await kept.Connection.DisposeAsync();
        }

        return null;
    }

    /// <summary>Keeps a connection.</summary>
    /// <param name="key">Where it leads.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="keepAlive">How long it is kept unused.</param>
    /// <param name="time">Tells the time.</param>
    public void Keep(TKey key, KeptConnection connection, TimeSpan keepAlive, TimeProvider time)
    {
        var rest = connection.Rest();
        idle.GetOrAdd(key, static _ => new()).Push((connection, rest));
        _ = ExpireAsync(connection, rest, keepAlive, time);
    }

    static async Task ExpireAsync(KeptConnection connection, int rest, TimeSpan keepAlive, TimeProvider time)
    {
        await Task.Delay(keepAlive, time);
        if (connection.Claim(rest))
            await connection.DisposeAsync();
    }
}
