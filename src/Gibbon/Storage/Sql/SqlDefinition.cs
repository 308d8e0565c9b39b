using System.Collections.Immutable;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Sql;

/// <summary>The statements that make a table and what keeps it right: unique values, references, the table of tags.</summary>
internal static class SqlDefinition
{
    /// <summary>The table in which every tagged entity has its tags once more, whatever its kind; triggers keep it.</summary>
    public const string Tags = "tags";

    /// <summary>Everything for one kind of entity, also its tables beside Kong's. What is there already stays as it is.</summary>
    public static IEnumerable<string> Create(SqlTable table, SqlTables tables, SqlDialect dialect) =>
        NamesOf(table).SelectMany(name => Create(table, name, tables, dialect));

    /// <summary>The names of the tables in which entities of a kind lie.</summary>
    public static IEnumerable<string> NamesOf(SqlTable table) => new[] { table.Name, table.Apart, table.Extension }.OfType<string>();

    /// <summary>A column as <c>CREATE TABLE</c> and <c>ALTER TABLE</c> have it.</summary>
    public static string Column(SqlColumn column, SqlTable table, string name, SqlTables tables, SqlDialect dialect)
    {
        string text = $"{SqlDialect.Quote(column.Name)} {dialect.TypeOf(column)}";
        if (table.Key is [var key] && key == column)
        {
            text += " PRIMARY KEY";
            return name == table.Extension ? $"{text} REFERENCES {SqlDialect.Quote(table.Name)} ON DELETE CASCADE" : text;
        }

        SqlTable? other = column.Name == SqlColumn.Workspace ? tables.Find("workspaces") : column.Reference is { } reference ? tables.Find(reference) : null;
        if (other is not { HasId: true })
        {
            return text;
        }

        // Also for rows of plugins that are no longer enabled, of which this node knows nothing.
        string rule = column.Field?.OnDelete switch
        {
            DeleteRule.Cascade => " ON DELETE CASCADE",
            DeleteRule.Null => " ON DELETE SET NULL",
            _ => "",
        };
        return $"{text} REFERENCES {SqlDialect.Quote(other.Name)} (\"id\"){rule}";
    }

    /// <summary>Everything for one of the tables of a kind of entity.</summary>
    public static IEnumerable<string> Create(SqlTable table, string name, SqlTables tables, SqlDialect dialect)
    {
        ImmutableArray<SqlColumn> columns = table.ColumnsIn(name);
        List<string> lines = [.. columns.Select(column => Column(column, table, name, tables, dialect))];
        if (table.Key.Length > 1)
        {
            lines.Add($"PRIMARY KEY ({SqlText.Names(table.Key)})");
        }

        yield return $"CREATE TABLE IF NOT EXISTS {SqlDialect.Quote(name)} ({string.Join(", ", lines)})";
        foreach (SqlColumn column in dialect.IndexOrder(columns).Where(column => !table.Key.Contains(column)))
        {
            string index = SqlDialect.Quote($"{name}_{column.Name}_idx");
            if (column.Name == SqlColumn.CacheKey || column.Field is { Unique: true })
            {
                bool perWorkspace = table.IsUniquePerWorkspace(column) && name != table.Extension;
                string unique = (perWorkspace ? SqlDialect.Quote(SqlColumn.Workspace) + ", " : "") + SqlDialect.Quote(column.Name);
                yield return $"CREATE UNIQUE INDEX IF NOT EXISTS {index} ON {SqlDialect.Quote(name)} ({unique})";
            }

            // What deletions and expiry go by.
            if (column.Field is { Reference: not null } || column.Name == SqlColumn.Ttl)
            {
                string found = SqlDialect.Quote($"{name}_{column.Name}_find_idx");
                yield return $"CREATE INDEX IF NOT EXISTS {found} ON {SqlDialect.Quote(name)} ({SqlDialect.Quote(column.Name)})";
            }
        }

        if (name != table.Extension && table.ColumnOf("tags") is { IsArray: true })
        {
            foreach (string trigger in dialect.TagTriggers(table, name))
            {
                yield return trigger;
            }
        }
    }
}
