using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Sql;
using Gibbon.Storage.Versions;

namespace Gibbon.Storage.Deltas;

/// <summary>The versions of the configuration, and what changed from one to the next, for data planes.</summary>
internal sealed class DeltaLog(SqlDatabase database, SqlDeltaWriter writer)
{
    /// <summary>The newest version; 0 before the first change.</summary>
    /// <exception cref="DbException">The database cannot be read.</exception>
    public async ValueTask<long> LatestAsync(CancellationToken cancellation) =>
        (await QueryAsync($"SELECT COALESCE(MAX(version), 0) FROM {DeltaTables.Versions}", static row => Number(row, 0), cancellation).ConfigureAwait(false))[0];

    /// <summary>What changed after one version, up to another.</summary>
    /// <param name="after">The version that somebody has.</param>
    /// <param name="latest">The version that he wants.</param>
    /// <param name="isGibbon">Whether he knows what Kong does not.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The changes in their order; null when not all of them are known any more.</returns>
    /// <exception cref="DbException">The database cannot be read.</exception>
    public async ValueTask<IReadOnlyList<EntityDelta>?> SinceAsync(long after, long latest, bool isGibbon, CancellationToken cancellation)
    {
        if (latest - after > SqlDeltaWriter.Kept)
        {
            return null;
        }

        List<EntityDelta> deltas = await ReadAsync(DeltaTables.Deltas, after, latest, cancellation).ConfigureAwait(false);
        if (isGibbon)
        {
            List<EntityDelta> own = await ReadAsync(DeltaTables.Own, after, latest, cancellation).ConfigureAwait(false);
            HashSet<(long, string, string)> better = [.. own.Select(Identity)];
            deltas = [.. deltas.Where(delta => !better.Contains(Identity(delta))).Concat(own).OrderBy(static delta => delta.Version)];
        }

        // A version of which nothing is known, since it was rolled back or its changes were not written down, leads to everything being told.
        return deltas.Select(static delta => delta.Version).Distinct().Count() == latest - after ? deltas : null;
    }

    /// <summary>A digest of what changed with a version: of one that another database has under the same number it is another.</summary>
    /// <exception cref="DbException">The database cannot be read.</exception>
    public async ValueTask<string> DigestAsync(long version, CancellationToken cancellation)
    {
        List<string> texts = [];
        foreach (string table in new[] { DeltaTables.Deltas, DeltaTables.Own })
        {
            texts.AddRange(await QueryAsync(
                $"SELECT type, pk, entity FROM {table} WHERE version = @version",
                row => $"{table} {row.GetString(0)} {row.GetString(1)} {(row.IsDBNull(2) ? "" : row.GetString(2))}\n",
                cancellation,
                ("@version", version)).ConfigureAwait(false));
        }

        texts.Sort(StringComparer.Ordinal);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string text in texts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Notes that somebody else has changed nobody knows what.</summary>
    /// <exception cref="DbException">The database cannot be written.</exception>
    public async ValueTask AddUnknownAsync(CancellationToken cancellation)
    {
        SqlLease lease = await database.WriteAsync(cancellation).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            DbTransaction transaction = await lease.Connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await writer.AddUnknownAsync(lease.Connection, transaction, cancellation).ConfigureAwait(false);
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Notes that from here on changes are not written down, if there were versions before: one of which nobody knows what it changed.</summary>
    /// <exception cref="DbException">The database cannot be written.</exception>
    public static async ValueTask BreakAsync(SqlDatabase database, CancellationToken cancellation)
    {
        SqlLease lease = await database.WriteAsync(cancellation).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            await SqlStatement.RunAsync(
                lease.Connection,
                null,
                $"INSERT INTO {DeltaTables.Versions} (version) SELECT MAX(version) + 1 FROM {DeltaTables.Versions} HAVING MAX(version) IS NOT NULL",
                cancellation).ConfigureAwait(false);
        }
    }

    private ValueTask<List<EntityDelta>> ReadAsync(string table, long after, long latest, CancellationToken cancellation) => QueryAsync(
        $"SELECT version, type, pk, ws_id, entity FROM {table} WHERE version > @after AND version <= @latest ORDER BY version",
        static row => new EntityDelta(
            Number(row, 0), row.GetString(1), Map(row, 2)!, row.GetValue(3) is Guid id ? id : Guid.Parse(row.GetString(3)), Map(row, 4)),
        cancellation,
        ("@after", after),
        ("@latest", latest));

    private async ValueTask<List<T>> QueryAsync<T>(
        string text, Func<DbDataReader, T> read, CancellationToken cancellation, params (string Name, object? Value)[] values)
    {
        SqlLease lease = await database.ReadAsync(cancellation).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            return await SqlStatement.QueryAsync(lease.Connection, null, text, read, cancellation, values).ConfigureAwait(false);
        }
    }

    private static (long Version, string Kind, string Key) Identity(EntityDelta delta) => (delta.Version, delta.Kind, Encoding.UTF8.GetString(ValueJson.Write(delta.Key)));

    private static long Number(DbDataReader row, int place) => Convert.ToInt64(row.GetValue(place), CultureInfo.InvariantCulture);

    // Kong's control planes write an entity that is gone as JSON's null.
    private static ValueMap? Map(DbDataReader row, int place) =>
        !row.IsDBNull(place) && ValueJson.TryRead(Encoding.UTF8.GetBytes(row.GetString(place)), out object? read, out _) ? read as ValueMap : null;
}
