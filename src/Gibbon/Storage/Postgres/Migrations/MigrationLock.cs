namespace Gibbon.Storage.Postgres.Migrations;

/// <summary>The row of Kong's table <c>locks</c> that says who migrates the database; nodes of both kinds heed it.</summary>
internal sealed class MigrationLock(PostgresServer server, TimeProvider time)
{
    const string Key = "migrations";

    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.1);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    readonly string owner = Guid.NewGuid().ToString();

    /// <summary>Does something that one node may do at a time.</summary>
    /// <param name="lifetime">How long the lock holds at most, and how long others wait for it.</param>
    /// <param name="wait">Whether to wait until another node is done; otherwise one who comes second leaves at once.</param>
    /// <param name="action">What to do.</param>
    /// <returns>False when another node had the lock, which has let go of it if waiting was asked for.</returns>
    /// <exception cref="DatabaseException">The other node did not let go in time.</exception>
    public async Task<bool> RunAsync(TimeSpan lifetime, bool wait, Func<Task> action)
    {
        if (!await TakeAsync(lifetime).ConfigureAwait(false))
        {
            if (wait)
            {
                await WaitAsync(lifetime).ConfigureAwait(false);
            }
            return false;
        }
        try
        {
            await action().ConfigureAwait(false);
        }
        finally
        {
            await ReleaseAsync().ConfigureAwait(false);
        }
        return true;
    }

    async Task<bool> TakeAsync(TimeSpan lifetime)
    {
        var session = await server.OpenAsync().ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await session.ExecuteAsync("DELETE FROM locks WHERE ttl < CURRENT_TIMESTAMP").ConfigureAwait(false);
            return await session.ExecuteAsync(
                "INSERT INTO locks (key, owner, ttl) VALUES ($1, $2, CURRENT_TIMESTAMP + $3) ON CONFLICT DO NOTHING",
                Key,
                owner,
                lifetime).ConfigureAwait(false) == 1;
        }
    }

    async Task WaitAsync(TimeSpan longest)
    {
        var since = time.GetTimestamp();
        var step = FirstWait;
        do
        {
            await Task.Delay(step, time).ConfigureAwait(false);
            var session = await server.OpenAsync().ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                if (await session.ScalarAsync("SELECT 1 FROM locks WHERE key = $1 AND ttl >= CURRENT_TIMESTAMP", Key).ConfigureAwait(false) is null)
                {
                    return;
                }
            }
            step = step * 3 < LongestWait ? step * 3 : LongestWait;
        }
        while (time.GetElapsedTime(since) < longest);
        throw DatabaseException.Of("timeout");
    }

    // After a reset the table is gone, and with it the lock.
    async Task ReleaseAsync()
    {
        var session = await server.OpenAsync().ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (await session.ScalarAsync("SELECT to_regclass('locks')::text").ConfigureAwait(false) is not null)
            {
                await session.ExecuteAsync("DELETE FROM locks WHERE key = $1 AND owner = $2", Key, owner).ConfigureAwait(false);
            }
        }
    }
}
