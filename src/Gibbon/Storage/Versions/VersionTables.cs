namespace Gibbon.Storage.Versions;

/// <summary>The tables in which databases keep versions. Their words are those that SQLite and PostgreSQL share.</summary>
internal static class VersionTables
{
    /// <summary>One row with the number of the present version: whoever changes it is the only one until the transaction ends.</summary>
    public const string Counter = "gibbon_version_counter";

    public const string Versions = "gibbon_versions";

    public const string Changes = "gibbon_version_changes";

    /// <summary>What makes them; what is there already stays as it is.</summary>
    public static IReadOnlyList<string> Create { get; } =
    [
        $"CREATE TABLE IF NOT EXISTS {Counter} (id BIGINT PRIMARY KEY, number BIGINT NOT NULL, changes BIGINT NOT NULL)",
        $"INSERT INTO {Counter} (id, number, changes) VALUES (1, 0, 0) ON CONFLICT (id) DO NOTHING",
        $"CREATE TABLE IF NOT EXISTS {Versions} (number BIGINT PRIMARY KEY, created_at BIGINT NOT NULL, source TEXT NOT NULL, author TEXT, client TEXT, request TEXT, "
            + "reason TEXT, rollback_to BIGINT, created BIGINT NOT NULL, updated BIGINT NOT NULL, deleted BIGINT NOT NULL, changes BIGINT NOT NULL)",
        $"CREATE TABLE IF NOT EXISTS {Changes} (version BIGINT NOT NULL, place BIGINT NOT NULL, kind TEXT NOT NULL, entity_id TEXT NOT NULL, state_before TEXT, state_after TEXT, "
            + "PRIMARY KEY (version, place))",
    ];
}
