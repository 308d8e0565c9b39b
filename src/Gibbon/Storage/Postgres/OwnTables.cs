using Gibbon.Storage.Postgres.Migrations;
using Gibbon.Storage.Deltas;
using Gibbon.Storage.Sql;
using Gibbon.Storage.Versions;

namespace Gibbon.Storage.Postgres;

/// <summary>
/// The tables beside Kong's: what Kong 3.9 has no place for, and the entities of plugins that it does not know. They are made of the schemas; what Kong
/// made is never altered.
/// </summary>
internal static class OwnTables
{
    const string Tags =
        """
        CREATE TABLE IF NOT EXISTS gibbon_tags (entity_id uuid PRIMARY KEY, entity_name text, tags text[]);
        CREATE OR REPLACE FUNCTION gibbon_sync_tags() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                DELETE FROM gibbon_tags WHERE entity_id = OLD.id;
            ELSE
                INSERT INTO gibbon_tags (entity_id, entity_name, tags) VALUES (NEW.id, TG_ARGV[0], NEW.tags)
                    ON CONFLICT (entity_id) DO UPDATE SET tags = EXCLUDED.tags;
            END IF;
            RETURN NULL;
        END;
        $$;
        """;

    /// <summary>Makes what is missing; several nodes may do it at once.</summary>
    public static async Task BringAsync(PostgresServer server, SqlTables tables, SqlDialect dialect)
    {
        var session = await server.OpenAsync().ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var wanted = Wanted(tables).ToList();
            var present = await ColumnsAsync(session).ConfigureAwait(false);
            if (present.ContainsKey(PostgresDialect.OwnTags) && present.ContainsKey(VersionTables.Changes) && present.ContainsKey(DeltaTables.Own) && wanted.TrueForAll(table => IsComplete(table, present)))
            {
                return;
            }
            var transaction = await session.Connection.BeginTransactionAsync().ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await session.ExecuteAsync("SELECT pg_advisory_xact_lock($1)", SchemaMeta.Turnstile).ConfigureAwait(false);
                foreach (var statement in VersionTables.Create.Concat(DeltaTables.CreateOwn).Prepend(Tags))
                {
                    await session.ExecuteAsync(statement).ConfigureAwait(false);
                }
                foreach (var table in wanted)
                {
                    foreach (var statement in Statements(table, tables, dialect, present))
                    {
                        await session.ExecuteAsync(statement).ConfigureAwait(false);
                    }
                }
                await transaction.CommitAsync().ConfigureAwait(false);
            }
        }
    }

    // Of a kind that Kong knows only the tables beside Kong's are ours to make.
    static IEnumerable<SqlTable> Wanted(SqlTables tables) =>
        tables.All.Where(static table => table.Name != SqlDefinition.Tags && (!KongMigrations.TableNames.Contains(table.Name) || table.Apart is not null || table.Extension is not null));

    static IEnumerable<string> Statements(SqlTable table, SqlTables tables, SqlDialect dialect, Dictionary<string, HashSet<string>> present)
    {
        foreach (var name in Names(table))
        {
            foreach (var column in table.ColumnsIn(name).Where(column => present.TryGetValue(name, out var columns) && !columns.Contains(column.Name)))
            {
                yield return $"ALTER TABLE {SqlDialect.Quote(name)} ADD COLUMN IF NOT EXISTS {SqlDefinition.Column(column, table, name, tables, dialect)}";
            }
            foreach (var statement in SqlDefinition.Create(table, name, tables, dialect))
            {
                yield return statement;
            }
        }
    }

    static bool IsComplete(SqlTable table, Dictionary<string, HashSet<string>> present) =>
        Names(table).All(name => present.TryGetValue(name, out var columns) && table.ColumnsIn(name).All(column => columns.Contains(column.Name)));

    static IEnumerable<string> Names(SqlTable table) => SqlDefinition.NamesOf(table).Where(static name => !KongMigrations.TableNames.Contains(name));

    static async Task<Dictionary<string, HashSet<string>>> ColumnsAsync(PostgresSession session)
    {
        var rows = await session.QueryAsync(
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = CURRENT_SCHEMA",
            static row => (Table: row.GetString(0), Column: row.GetString(1))).ConfigureAwait(false);
        return rows.GroupBy(static row => row.Table, StringComparer.Ordinal).ToDictionary(
            static group => group.Key, static group => group.Select(static row => row.Column).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
    }
}
