using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Sql;

/// <summary>What a database refuses, in Kong's words.</summary>
internal static class SqlErrors
{
    /// <param name="failure">What the database said.</param>
    /// <param name="tables">All tables.</param>
    /// <param name="table">The table that was written to or read.</param>
    /// <param name="values">The row that was to be written, or the key that was looked for.</param>
    public static EntityError Of(SqlFailure failure, SqlTables tables, SqlTable table, ValueMap values) => failure.Kind switch
    {
        SqlFailureKind.Unique => Taken(table, failure.Columns, values),
        SqlFailureKind.MissingReference when FieldOf(table, failure.Columns) is { Reference: { } reference } field =>
            EntityErrors.ForeignKeyMissing(field.Name, reference, values.GetMap(field.Name) ?? []),
        SqlFailureKind.Referenced => EntityErrors.ReferencedBy(KindOf(tables, failure.Table), table.Schema.Name),
        _ => EntityErrors.DatabaseError(failure.Text),
    };

    private static EntityError Taken(SqlTable table, IReadOnlyList<string> columns, ValueMap values)
    {
        IReadOnlyList<string> own = [.. columns.Where(static column => column != SqlColumn.Workspace)];
        if (own.SequenceEqual(table.Key.Select(static key => key.Name)))
        {
            return EntityErrors.PrimaryKeyViolation(Pick(values, table.Schema.PrimaryKey));
        }

        if (own is [SqlColumn.CacheKey])
        {
            IEnumerable<string> beyond = table.BeyondColumns.Select(static column => column.Field!.Name).Where(name => values.Get(name) is not null);
            return EntityErrors.UniqueViolation(Pick(values, [.. table.Schema.CacheKey, .. beyond]));
        }

        return EntityErrors.UniqueViolation(Pick(values, own.Select(column => table.Find(column)?.Field?.Name ?? column)));
    }

    private static ValueMap Pick(ValueMap values, IEnumerable<string> fields) => new(fields.Select(field => KeyValuePair.Create(field, values.Get(field))));

    private static Field? FieldOf(SqlTable table, IReadOnlyList<string> columns) =>
        columns.Select(table.Find).FirstOrDefault(static column => column?.Reference is not null)?.Field;

    private static string KindOf(SqlTables tables, string? name) =>
        tables.All.FirstOrDefault(table => table.Name == name || table.Apart == name)?.Schema.Name ?? name ?? "";
}
