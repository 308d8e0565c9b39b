using Gibbon.Settings;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Deltas;
using Gibbon.Storage.Postgres;
using Gibbon.Storage.Sql;
using Gibbon.Storage.Sqlite;
using Gibbon.Storage.Versions;

namespace Gibbon.Storage;

/// <summary>The databases there are. Another one is a dialect and an arm here.</summary>
internal static class Databases
{
    /// <summary>Opens the database that the settings name; null when they name none.</summary>
    /// <exception cref="InvalidOperationException">It cannot be opened; the message says why.</exception>
    /// <param name="settings">The settings.</param>
    /// <param name="schemas">What is to be stored.</param>
    /// <param name="node">Who writes.</param>
    /// <param name="clock">The time.</param>
    public static SqlEntityStore? Open(GatewaySettings settings, EntitySchemas schemas, Guid node, TimeProvider clock)
    {
        SqlTables tables = new(schemas);
        return settings.Database.Kind switch
        {
            DatabaseKind.Sqlite => Store(
                SqliteDatabase.Open(new PrefixLayout(settings.Node.Prefix).Database, tables, clock), static () => DeclarativeLoader.DefaultWorkspace),
            DatabaseKind.Postgres when new PostgresDatabase(settings, schemas, node, clock) is var postgres => Store(postgres, () => postgres.Workspace),
            _ => null,
        };

        SqlEntityStore Store(SqlDatabase database, Func<Guid> workspace) => new(database, tables, workspace, clock)
        {
            IsOrdered = schema => LiveKinds.MayTouch(schema, schemas),
            Versions = new SqlVersionWriter(schemas, settings.Admin.Versions, clock, database.Dialect),
            Deltas = settings.Node.Role is NodeRole.ControlPlane ? new SqlDeltaWriter(schemas, database.Dialect, workspace) : null,
        };
    }
}
