using System.Collections.Immutable;
using Npgsql;

namespace Gibbon.Storage.Postgres.Migrations;

/// <summary>The schema that the tables are in, and what it says of the migrations that made them.</summary>
internal static class SchemaMeta
{
    /// <summary>Several nodes that make the same table at once would run into each other inside the server; this number lets them pass one by one.</summary>
    public const long Turnstile = 0x67696262_6f6e;

    /// <summary>What is recorded; null in a database that has never been made ready.</summary>
    public static async Task<IReadOnlyList<SchemaMetaRow>?> ReadAsync(PostgresSession session)
    {
        const string Exists = "SELECT 1 FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA AND table_name = 'schema_meta'";
        if (await session.ScalarAsync(Exists).ConfigureAwait(false) is null)
        {
            return null;
        }
        return await session.QueryAsync(
            "SELECT subsystem, last_executed, executed, pending FROM schema_meta WHERE key = 'schema_meta'",
            static row => new SchemaMetaRow(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), Names(row, 2), Names(row, 3))).ConfigureAwait(false);
    }

    /// <summary>Makes the schema, and in it the tables that migrations need.</summary>
    public static async Task CreateAsync(PostgresServer server)
    {
        var session = await server.OpenAsync().ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var transaction = await session.Connection.BeginTransactionAsync().ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await session.ExecuteAsync("SELECT pg_advisory_xact_lock($1)", Turnstile).ConfigureAwait(false);
                await session.ExecuteAsync($"""
                    DO $$
                    BEGIN
                        {CreateSchema(await NameAsync(server, session).ConfigureAwait(false))}
                    EXCEPTION WHEN insufficient_privilege THEN
                        -- Whoever may not make it may still be allowed to use it.
                    END;
                    $$;
                    """).ConfigureAwait(false);
                await session.ExecuteAsync(KongMigrations.Base).ConfigureAwait(false);
                await transaction.CommitAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Drops the schema with all that is in it and makes it anew; whoever may not do that drops the tables.</summary>
    public static async Task DropAsync(PostgresServer server)
    {
        var session = await server.OpenAsync().ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var schema = await NameAsync(server, session).ConfigureAwait(false);
            await session.ExecuteAsync($"""
                DO $$
                DECLARE
                    name text;
                BEGIN
                    DROP SCHEMA IF EXISTS {PostgresServer.Quote(schema)} CASCADE;
                    {CreateSchema(schema)}
                EXCEPTION WHEN insufficient_privilege THEN
                    FOR name IN SELECT table_name FROM information_schema.tables WHERE table_schema = {Literal(schema)} LOOP
                        EXECUTE format('DROP TABLE IF EXISTS %I.%I CASCADE', {Literal(schema)}, name);
                    END LOOP;
                END;
                $$;
                """).ConfigureAwait(false);
        }
    }

    static string CreateSchema(string schema)
    {
        var name = PostgresServer.Quote(schema);
        return $"CREATE SCHEMA IF NOT EXISTS {name} AUTHORIZATION CURRENT_USER; GRANT ALL ON SCHEMA {name} TO CURRENT_USER;";
    }

    static async Task<string> NameAsync(PostgresServer server, PostgresSession session) =>
        server.Settings.Schema ?? (string?)await session.ScalarAsync("SELECT CURRENT_SCHEMA::text").ConfigureAwait(false) ?? "public";

    static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    static ImmutableArray<string> Names(NpgsqlDataReader row, int place) => row.IsDBNull(place) ? [] : [.. row.GetFieldValue<string[]>(place)];
}
