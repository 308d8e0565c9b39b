using Gibbon.Settings;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Sql;
using Gibbon.Storage.Sqlite;

namespace Gibbon.Storage;

/// <summary>The databases there are. Another one is a dialect and an arm here.</summary>
internal static class Databases
{
    /// <summary>Opens the database that the settings name; null when they name none.</summary>
    /// <exception cref="InvalidOperationException">It cannot be opened; the message says why.</exception>
    public static SqlEntityStore? Open(GatewaySettings settings, EntitySchemas schemas, TimeProvider clock)
    {
        SqlTables tables = new(schemas);
        return settings.Database.Kind switch
        {
            DatabaseKind.Sqlite => new SqlEntityStore(
                SqliteDatabase.Open(new PrefixLayout(settings.Node.Prefix).Database, tables, clock),
                tables,
                static () => DeclarativeLoader.DefaultWorkspace,
                clock) { IsOrdered = schema => LiveKinds.MayTouch(schema, schemas) },
            _ => null,
        };
    }
}
