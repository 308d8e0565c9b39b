namespace Gibbon.Storage.Deltas;

/// <summary>
/// The tables in which changes wait for data planes. Kong's two are on PostgreSQL already, and are what its control planes read and write; what Kong's data planes must
/// not see is in one of ours.
/// </summary>
internal static class DeltaTables
{
    /// <summary>A row for every version of the configuration.</summary>
    public const string Versions = "clustering_sync_version";

    /// <summary>What became of which entity with a version, as Kong knows it.</summary>
    public const string Deltas = "clustering_sync_delta";

    /// <summary>The same where Kong knows it otherwise, or not at all.</summary>
    public const string Own = "gibbon_sync_delta";

    /// <summary>Makes the table that is ours; its words are those that SQLite and PostgreSQL share.</summary>
    public static IReadOnlyList<string> CreateOwn { get; } =
    [
        $"CREATE TABLE IF NOT EXISTS {Own} (version BIGINT NOT NULL, type TEXT NOT NULL, pk TEXT NOT NULL, ws_id TEXT NOT NULL, entity TEXT)",
        $"CREATE INDEX IF NOT EXISTS {Own}_version_idx ON {Own} (version)",
    ];

    /// <summary>Makes all of them where there is no Kong.</summary>
    public static IReadOnlyList<string> CreateAll { get; } =
    [
        $"CREATE TABLE IF NOT EXISTS {Versions} (version INTEGER PRIMARY KEY AUTOINCREMENT)",
        $"CREATE TABLE IF NOT EXISTS {Deltas} (version INTEGER NOT NULL REFERENCES {Versions} (version) ON DELETE CASCADE, type TEXT NOT NULL, pk TEXT NOT NULL, "
            + "ws_id TEXT NOT NULL, entity TEXT)",
        $"CREATE INDEX IF NOT EXISTS {Deltas}_version_idx ON {Deltas} (version)",
        .. CreateOwn,
    ];
}
