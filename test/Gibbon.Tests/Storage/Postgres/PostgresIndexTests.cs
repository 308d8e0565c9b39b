using Gibbon.Storage.Postgres;
using Gibbon.Storage.Sql;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>Kong's tables have the indexes that Kong asks by. What we ask for is found with them, however many rows there are.</summary>
public sealed class PostgresIndexTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task Whatever_is_looked_for_by_a_column_is_found_by_an_index()
    {
        await using var store = await PostgresStore.OpenAsync(database);
        PostgresDialect dialect = new();
        List<string> asked = [], scanned = [];
        foreach (var table in store.Tables.All.Where(static table => table.Name is not ("tags" or "workspaces" or "parameters")))
        {
            foreach (var column in table.Columns.Where(column => table.Key.Contains(column) || column.Name == SqlColumn.CacheKey || column.Field is { Unique: true } or { Reference: not null }))
            {
                var condition = SqlText.Has(table, column).Replace("@" + SqlColumn.Workspace, $"'{store.Workspace}'", StringComparison.Ordinal)
                    .Replace(SqlText.Parameter(column), Example(column), StringComparison.Ordinal);

                // However few rows there are: a scan is only chosen where nothing else can be.
                var plan = string.Join('\n', database.Rows($"SET enable_seqscan = off; EXPLAIN {SqlText.Select(table, dialect, condition)}").Select(static row => row[0]));
                asked.Add($"{table.Name}.{column.Name}");
                if (plan.Contains("Seq Scan", StringComparison.Ordinal))
                {
                    scanned.Add($"{table.Name}.{column.Name}");
                }
            }
        }

        Assert.Superset(new HashSet<string> { "routes.name", "plugins.cache_key", "keyauth_credentials.key", "snis.certificate_id" }, asked.ToHashSet());

        // Where Kong has none: kinds that nobody writes, and codes that live for minutes.
        Assert.Equal(["filter_chains.route_id", "filter_chains.service_id", "oauth2_authorization_codes.plugin_id"], scanned.Order(StringComparer.Ordinal));
    }

    private static string Example(SqlColumn column) => column.Type switch
    {
        SqlType.Uuid => $"'{Guid.NewGuid()}'",
        SqlType.Time => "now()",
        _ => "'7'",
    };
}
