using System.Data.Common;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Deltas;
using Gibbon.Storage.Sql;
using Gibbon.Storage.Versions;

namespace Gibbon.Storage.Sqlite;

/// <summary>Makes the tables that are not there yet, and adds the columns that a newer version or a newly enabled plugin wants.</summary>
internal static class SqliteTables
{
    public static void Bring(DbConnection connection, SqlTables tables, SqlDialect dialect, TimeProvider clock)
    {
        using DbTransaction transaction = connection.BeginTransaction();
        Execute("CREATE TABLE IF NOT EXISTS tags (entity_id TEXT PRIMARY KEY, entity_name TEXT, tags TEXT)");
        foreach (SqlTable table in tables.All.Where(static table => table.Name != SqlDefinition.Tags))
        {
            foreach (string name in SqlDefinition.NamesOf(table))
            {
                AddColumns(table, name);
            }

            foreach (string statement in SqlDefinition.Create(table, tables, dialect))
            {
                Execute(statement);
            }
        }

        foreach (string statement in VersionTables.Create.Concat(DeltaTables.CreateAll))
        {
            Execute(statement);
        }

        AddWorkspace();
        Execute("INSERT INTO parameters (key, value) "
            + $"SELECT 'cluster_id', '{Guid.NewGuid()}' WHERE NOT EXISTS (SELECT 1 FROM parameters WHERE key = 'cluster_id')");
        transaction.Commit();

        void AddColumns(SqlTable table, string name)
        {
            HashSet<string> present = Columns(name);
            foreach (SqlColumn column in table.ColumnsIn(name).Where(column => present.Count > 0 && !present.Contains(column.Name)))
            {
                Execute($"ALTER TABLE {SqlDialect.Quote(name)} ADD COLUMN {SqlDefinition.Column(column, table, name, tables, dialect)}");
            }
        }

        HashSet<string> Columns(string name)
        {
            using DbCommand command = Command($"SELECT name FROM pragma_table_info('{name}')");
            using DbDataReader reader = command.ExecuteReader();
            HashSet<string> found = new(StringComparer.Ordinal);
            while (reader.Read())
            {
                found.Add(reader.GetString(0));
            }

            return found;
        }

        // A file of our own has the id that a node without a database has too: what was made of it stays when somebody moves from one to the other.
        void AddWorkspace()
        {
            long now = clock.GetUtcNow().ToUnixTimeSeconds();
            Execute("INSERT INTO workspaces (id, name, created_at, updated_at, meta, config) "
                + $"SELECT '{DeclarativeLoader.DefaultWorkspace}', 'default', {now}, {now}, '{{}}', '{{}}' "
                + "WHERE NOT EXISTS (SELECT 1 FROM workspaces WHERE name = 'default')");
        }

        void Execute(string text)
        {
            using DbCommand command = Command(text);
            command.ExecuteNonQuery();
        }

        DbCommand Command(string text)
        {
            DbCommand command = connection.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // Names come from schemas.
            command.CommandText = text;
#pragma warning restore CA2100
            return command;
        }
    }
}
