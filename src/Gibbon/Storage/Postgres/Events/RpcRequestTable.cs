using System.Collections.Concurrent;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Npgsql;

namespace Gibbon.Storage.Postgres.Events;

/// <summary>A call that another control plane wants to be made to a data plane that is connected here.</summary>
internal sealed record RpcRequest(Guid Node, Guid ReplyTo, ValueMap Payload);

/// <summary>
/// Kong's table <c>clustering_rpc_requests</c>: by it a control plane calls data planes that are connected to another one. Rows wait for whoever has the node, and a notification on
/// <c>rpc:req:NODE</c> wakes him; the answer is a notification on <c>rpc:resp:CALLER</c>.
/// </summary>
internal sealed class RpcRequestTable(PostgresServer server)
{
    private const string Requests = "rpc:req:";

    // A notification has no more room.
    private const int LongestReply = 7900;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<Guid, bool> _wanted = new();

    /// <summary>From now on calls to a data plane are taken here.</summary>
    public void Want(Guid node) => _wanted[node] = true;

    public void Unwant(Guid node) => _wanted.TryRemove(node, out _);

    /// <summary>Takes calls to the nodes that are wanted, until it is cancelled or the server goes away.</summary>
    /// <exception cref="NpgsqlException">The server is away.</exception>
    public async Task FollowAsync(Func<RpcRequest, Task> take, CancellationToken cancellation)
    {
        NpgsqlConnection connection = await server.OpenForListeningAsync(cancellation).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            HashSet<Guid> heard = [];
            HashSet<Guid> called = [];
            connection.Notification += (_, told) =>
            {
                if (told.Channel.StartsWith(Requests, StringComparison.Ordinal) && Guid.TryParse(told.Channel.AsSpan(Requests.Length), out Guid node))
                {
                    called.Add(node);
                }
            };
            while (true)
            {
                foreach (Guid node in await ListenAsync(connection, heard, cancellation).ConfigureAwait(false))
                {
                    called.Add(node);
                }

                if (called.Count == 0)
                {
                    await connection.WaitAsync(Look, cancellation).ConfigureAwait(false);
                }

                Guid[] nodes = [.. called];
                called.Clear();
                foreach (RpcRequest request in nodes.Length == 0 ? [] : await TakeAsync(nodes).ConfigureAwait(false))
                {
                    await take(request).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Asks the other control planes to call all data planes that can do something and are not here.</summary>
    public async Task AskAsync(string capability, Guid[] here, Guid replyTo, ValueMap payload)
    {
        const string Ask =
            """
            WITH gone AS (DELETE FROM clustering_rpc_requests WHERE ttl < CURRENT_TIMESTAMP),
            asked AS (
                INSERT INTO clustering_rpc_requests (node_id, reply_to, ttl, payload)
                SELECT id, $2, CURRENT_TIMESTAMP + interval '5 seconds', CAST($3 AS json) FROM clustering_data_planes
                WHERE $1 = ANY(rpc_capabilities) AND NOT id = ANY($4) AND last_seen > CURRENT_TIMESTAMP - interval '60 seconds'
                RETURNING node_id)
            SELECT pg_notify('rpc:req:' || node_id, NULL) FROM asked
            """;
        PostgresSession session = await server.OpenAsync().ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await session.ExecuteAsync(Ask, capability, replyTo, Text(payload), here).ConfigureAwait(false);
        }
    }

    /// <summary>Answers a call.</summary>
    public async Task ReplyAsync(Guid to, ValueMap answer)
    {
        string text = Text(answer);
        if (text.Length <= LongestReply)
        {
            PostgresSession session = await server.OpenAsync().ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                await session.ExecuteAsync("SELECT pg_notify('rpc:resp:' || $1, $2)", to.ToString(), text).ConfigureAwait(false);
            }
        }
    }

    // What was called before anybody listened waits in the table.
    private async Task<List<Guid>> ListenAsync(NpgsqlConnection connection, HashSet<Guid> heard, CancellationToken cancellation)
    {
        List<Guid> more = [.. _wanted.Keys.Where(node => !heard.Contains(node))];
        List<Guid> fewer = [.. heard.Where(node => !_wanted.ContainsKey(node))];
        if (more.Count + fewer.Count > 0)
        {
            string text = string.Concat(more.Select(static node => $"LISTEN \"{Requests}{node}\";").Concat(fewer.Select(static node => $"UNLISTEN \"{Requests}{node}\";")));
#pragma warning disable CA2100 // Ids are no words of anybody's.
            NpgsqlCommand command = new(text, connection);
#pragma warning restore CA2100
            await using (command.ConfigureAwait(false))
            {
                await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            }

            heard.UnionWith(more);
            heard.ExceptWith(fewer);
        }

        return more;
    }

    private async Task<List<RpcRequest>> TakeAsync(Guid[] nodes)
    {
        const string Take =
            """
            DELETE FROM clustering_rpc_requests USING (SELECT id AS taken FROM clustering_rpc_requests WHERE node_id = ANY($1) FOR UPDATE SKIP LOCKED) AS q
            WHERE id = taken RETURNING node_id, reply_to, payload::text
            """;
        PostgresSession session = await server.OpenAsync().ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            return await session.QueryAsync(
                Take, static row => new RpcRequest(row.GetGuid(0), row.GetGuid(1), Map(row.GetString(2))), [nodes]).ConfigureAwait(false);
        }
    }

    private static ValueMap Map(string text) => ValueJson.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out object? read, out _) && read is ValueMap map ? map : [];

    private static string Text(ValueMap values) => System.Text.Encoding.UTF8.GetString(ValueJson.Write(values));
}
