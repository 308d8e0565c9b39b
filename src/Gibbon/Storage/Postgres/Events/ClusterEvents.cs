using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;
using Npgsql;

namespace Gibbon.Storage.Postgres.Events;

/// <summary>
/// What the nodes of a cluster tell each other through the database. Our own nodes are woken up by the server (<c>LISTEN</c>), so what one of them says is heard at
/// once; what a Kong node says is found by looking every <c>db_update_frequency</c> seconds, as Kong does. While the server is away nothing is heard, and
/// everything is caught up on when it is back.
/// </summary>
internal sealed class ClusterEvents(PostgresServer server, ClusterEventTable table, CacheSettings settings, TimeProvider time, ErrorLog log) : IClusterEvents, IAsyncDisposable
{
    /// <summary>Rows are looked for again for this long, since one may be committed after another that is younger.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>After so long without a look, events may have expired unseen.</summary>
    static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(50);

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    readonly ConcurrentDictionary<string, ImmutableArray<Action<string>>> listeners = new(StringComparer.Ordinal);
    readonly Dictionary<Guid, DateTime> seen = [];
    readonly CancellationTokenSource ending = new();
    DateTime since;
    long lastLook;
    Task? loop;

    /// <summary>Told of events that came together, before those who listen to their channels.</summary>
    public Func<IReadOnlyList<ClusterEvent>, CancellationToken, ValueTask>? Arrived { get; set; }

    /// <summary>Told that events may have been missed, so that everything is to be read anew.</summary>
    public Func<CancellationToken, ValueTask>? Missed { get; set; }

    /// <summary>Told that a node has said that it changed something and not that it wrote down what.</summary>
    public Action? Unexplained { get; set; }

    /// <summary>Begins to listen: to what is said from now on.</summary>
    /// <exception cref="DatabaseException">The server is away.</exception>
    public async ValueTask StartAsync(CancellationToken cancellation = default)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await server.OpenForListeningAsync(cancellation).ConfigureAwait(false);
            since = await ClusterEventTable.NowAsync(connection, cancellation).ConfigureAwait(false);
            lastLook = time.GetTimestamp();
            await ListenAsync(connection, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            if (connection is { } opened)
            {
                await opened.DisposeAsync().ConfigureAwait(false);
            }

            throw DatabaseException.Of(PostgresFailure.Text(failure), failure);
        }
        loop = Task.Run(() => RunAsync(connection), CancellationToken.None);
    }

    public IDisposable Subscribe(string channel, Action<string> listener)
    {
        listeners.AddOrUpdate(channel, [listener], (_, present) => present.Add(listener));
        return new Subscription(this, channel, listener);
    }

    public async ValueTask<Result> BroadcastAsync(string channel, string data, TimeSpan delay = default)
    {
        try
        {
            var session = await server.OpenAsync().ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                await table.WriteAsync(session.Connection, [(new ClusterEvent(channel, data), delay)], CancellationToken.None).ConfigureAwait(false);
            }
            return Result.Ok;
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            return Result.Failure($"could not insert invalidation row: {PostgresFailure.Text(failure)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        if (loop is not null)
        {
            await loop.ConfigureAwait(false);
        }
        ending.Dispose();
    }

    async Task RunAsync(NpgsqlConnection? connection)
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                connection ??= await ReconnectAsync().ConfigureAwait(false);
                await FollowAsync(connection).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                log.Write(LogSeverity.Error, $"[cluster_events] failed to retrieve events from DB: {PostgresFailure.Text(failure)}");
            }
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                connection = null;
            }
            await Task.Delay(Pause, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    async ValueTask<NpgsqlConnection> ReconnectAsync()
    {
        var connection = await server.OpenForListeningAsync(ending.Token).ConfigureAwait(false);
        await ListenAsync(connection, ending.Token).ConfigureAwait(false);
        return connection;
    }

    static async ValueTask ListenAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var command = new NpgsqlCommand($"LISTEN {ClusterEventTable.Wake}", connection);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
    }

    async Task FollowAsync(NpgsqlConnection connection)
    {
        var pause = settings.UpdateFrequency > TimeSpan.FromMilliseconds(100) ? settings.UpdateFrequency : TimeSpan.FromMilliseconds(100);
        var isWoken = false;
        connection.Notification += (_, told) => isWoken |= !table.IsOwn(told.Payload);
        while (true)
        {
            isWoken = false;
            await LookAsync(connection).ConfigureAwait(false);
            var began = time.GetTimestamp();

            // Less than a millisecond would be taken for no limit at all.
            while (!isWoken && pause - time.GetElapsedTime(began) is var rest && rest >= TimeSpan.FromMilliseconds(1))
            {
                await connection.WaitAsync(rest, ending.Token).ConfigureAwait(false);
            }
        }
    }

    async ValueTask LookAsync(NpgsqlConnection connection)
    {
        if (time.GetElapsedTime(lastLook) > LongestSilence && Missed is { } missed)
        {
            since = await ClusterEventTable.NowAsync(connection, ending.Token).ConfigureAwait(false);
            await missed(ending.Token).ConfigureAwait(false);
        }
        var now = await ClusterEventTable.NowAsync(connection, ending.Token).ConfigureAwait(false);
        var found = await table.ReadAsync(connection, since - Grace - settings.UpdatePropagation, seen.Keys, ending.Token).ConfigureAwait(false);
        if (Arrived is { } arrived && found.Where(static entry => entry.Delay <= TimeSpan.Zero).Select(static entry => entry.Event).ToList() is { Count: > 0 } events)
        {
            await arrived(events, ending.Token).ConfigureAwait(false);
        }
        foreach (var entry in found)
        {
            seen[entry.Id] = now;
            Tell(entry);
        }
        // What one of ours says of a transaction is there at once, or not at all.
        if (found.GroupBy(static entry => entry.Node).Any(static told => told.Any(entry => IsChange(entry.Event)) && !told.Any(static entry => entry.Event.Channel == ClusterEvent.Explained)))
        {
            Unexplained?.Invoke();
        }
        since = now;
        lastLook = time.GetTimestamp();
        foreach (var old in seen.Where(entry => entry.Value < now - 2 * Grace - 2 * settings.UpdatePropagation).Select(static entry => entry.Key).ToList())
        {
            seen.Remove(old);
        }
    }

    static bool IsChange(ClusterEvent told) => told.Channel == ClusterEvent.PushConfiguration || EventReader.IsInvalidation(told);

    void Tell(FoundEvent found)
    {
        if (found.Delay <= TimeSpan.Zero)
        {
            Tell(found.Event);
        }
        else
        {
            _ = TellLaterAsync(found);
        }
    }

    async Task TellLaterAsync(FoundEvent found)
    {
        try
        {
            await Task.Delay(found.Delay, time, ending.Token).ConfigureAwait(false);
            if (Arrived is { } arrived)
            {
                await arrived([found.Event], ending.Token).ConfigureAwait(false);
            }
            Tell(found.Event);
        }
        catch (OperationCanceledException)
        {
            // The node ends; whoever would have heard it is gone.
        }
        catch (Exception failure)
        {
            log.Write(LogSeverity.Error, $"[cluster_events] callback threw an error: {failure.Message}");
        }
    }

    void Tell(ClusterEvent told)
    {
        foreach (var listener in listeners.GetValueOrDefault(told.Channel, []))
        {
            try
            {
                listener(told.Data);
            }
            catch (Exception failure)
            {
                log.Write(LogSeverity.Error, $"[cluster_events] callback threw an error: {failure.Message}");
            }
        }
    }

    sealed class Subscription(ClusterEvents events, string channel, Action<string> listener) : IDisposable
    {
        public void Dispose() => events.listeners.AddOrUpdate(channel, [], (_, present) => present.Remove(listener));
    }
}
