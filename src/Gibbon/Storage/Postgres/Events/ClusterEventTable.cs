using System.Data.Common;
using Gibbon.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Gibbon.Storage.Postgres.Events;

/// <summary>An event as it was found.</summary>
internal readonly record struct FoundEvent(Guid Id, Guid Node, ClusterEvent Event, TimeSpan Delay);

/// <summary>Kong's table <c>cluster_events</c>.</summary>
/// <param name="node">The id of this node.</param>
/// <param name="propagation">The setting <c>db_update_propagation</c>: how long readers wait, so that replicas have the change too.</param>
internal sealed class ClusterEventTable(Guid node, TimeSpan propagation)
{
    /// <summary>Where our nodes are woken up when there is something new; Kong's look every few seconds.</summary>
    public const string Wake = "gibbon_cluster_events";

    // The version is in the first half of an id, the variant in the second: with both, what is made here is as good a random id as any.
    const int Half = 8;

    static readonly TimeSpan ShortestLife = TimeSpan.FromHours(1);

    // So many rows may come of one change; they are as Kong writes them.
    const int Few = 8;

    // The time lies a little ahead, so that nobody who looks between the statement and its commit takes the row for one that was there before. Kong, which
    // asks for what came after its last look, would never see it. Of many, each has a time of its own: Kong reads them in pages, by their time.
    const string Insert =
        """
        INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data)
        SELECT gen.id, $1, start.now + $7 + (gen.number - 1) * $8,
            CASE WHEN gen.wait > interval '0' THEN start.now + gen.wait END, start.now + $2, gen.channel, gen.data
        FROM (SELECT date_trunc('milliseconds', clock_timestamp()) AS now) AS start, unnest($3, $4, $5, $6) WITH ORDINALITY AS gen (id, channel, data, wait, number)
        """;

    // In milliseconds.
    const int ShortestLead = 20;

    // Our own nodes look back no further than that for what they have heard before.
    const int LongestLead = 4000;

    // What the server writes in a millisecond, meanly counted: it is not yet committed by then.
    const int RowsInMillisecond = 25;

    // All that is written here begins alike. It is told apart by that and not by the node, since after a reload there may for a while be two of the same id,
    // which must hear of each other.
    readonly byte[] beginning = Guid.NewGuid().ToByteArray(bigEndian: true)[..Half];

    /// <summary>Whether what woke us up was ourselves.</summary>
    public bool IsOwn(string payload) => payload == node.ToString();

    /// <summary>Writes events, and wakes up whoever waits for them.</summary>
    public ValueTask WriteAsync(DbConnection connection, IReadOnlyList<(ClusterEvent Event, TimeSpan Delay)> events, CancellationToken cancellation)
    {
        var bundle = new SqlBundle(connection, null);
        Write(bundle, events);
        return bundle.RunAsync(cancellation);
    }

    /// <summary>Adds what writes events, and wakes up whoever waits for them, to the statements of a transaction.</summary>
    public void Write(SqlBundle bundle, IReadOnlyList<(ClusterEvent Event, TimeSpan Delay)> events)
    {
        var ids = events.Select(_ => OwnId(Guid.NewGuid())).ToArray();
        var life = propagation * 10 > ShortestLife ? propagation * 10 : ShortestLife;
        Add(
            Insert,
            null,
            node,
            life,
            ids,
            events.Select(static entry => entry.Event.Channel).ToArray(),
            events.Select(static entry => entry.Event.Data).ToArray(),
            events.Select(entry => entry.Delay > TimeSpan.Zero ? entry.Delay : propagation).ToArray(),
            Lead(events.Count),
            events.Count > Few ? TimeSpan.FromMicroseconds(1) : TimeSpan.Zero);
        Add($"SELECT pg_notify('{Wake}', $1)", static _ => { }, node.ToString());

        void Add(string text, Action<DbDataReader>? read, params object[] values) => bundle.Add(
            text,
            parameters =>
            {
                foreach (var value in values)
                {
                    parameters.Add(new NpgsqlParameter { Value = value });
                }
            },
            read);
    }

    /// <summary>Takes out what nobody needs to hear any more.</summary>
    public static async ValueTask RemoveExpiredAsync(PostgresServer server, CancellationToken cancellation)
    {
        var session = await server.OpenAsync(cancellation).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await session.ExecuteAsync("DELETE FROM cluster_events WHERE expire_at < CURRENT_TIMESTAMP").ConfigureAwait(false);
        }
    }

    /// <summary>The time of the server.</summary>
    public static async ValueTask<DateTime> NowAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        await using (command.ConfigureAwait(false))
        {
            return (DateTime)(await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false))!;
        }
    }

    /// <summary>The events of other nodes since a time, without those already seen, in their order.</summary>
    public async ValueTask<List<FoundEvent>> ReadAsync(NpgsqlConnection connection, DateTime since, IReadOnlyCollection<Guid> seen, CancellationToken cancellation)
    {
        const string Select =
            "SELECT id, node_id, channel, data, GREATEST(nbf - clock_timestamp(), interval '0') FROM cluster_events "
            + "WHERE at > $1 AND NOT (id = ANY($2)) AND id NOT BETWEEN $3 AND $4 AND channel IS NOT NULL AND data IS NOT NULL ORDER BY at";
        var command = new NpgsqlCommand(Select, connection)
        {
            Parameters =
            {
                new() { Value = since, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new() { Value = seen.ToArray() },
                new() { Value = OwnId(Guid.Empty) },
                new() { Value = OwnId(Guid.AllBitsSet) },
            },
        };
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                List<FoundEvent> found = [];
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    var delay = reader.IsDBNull(4) ? TimeSpan.Zero : reader.GetTimeSpan(4);
                    found.Add(new FoundEvent(reader.GetGuid(0), reader.GetGuid(1), new ClusterEvent(reader.GetString(2), reader.GetString(3)), delay));
                }
                return found;
            }
        }
    }

    static TimeSpan Lead(int rows) => TimeSpan.FromMilliseconds(Math.Min(ShortestLead + rows / RowsInMillisecond, LongestLead));

    Guid OwnId(Guid id)
    {
        Span<byte> bytes = stackalloc byte[2 * Half];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        beginning.CopyTo(bytes);
        return new Guid(bytes, bigEndian: true);
    }
}
