using System.Data.Common;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Sql;

/// <summary>Rows as values and values as rows.</summary>
internal static class SqlRow
{
    /// <summary>The values of a row whose columns are those of the table, in their order.</summary>
    public static ValueMap Read(DbDataReader row, SqlTable table, SqlDialect dialect, DateTimeOffset now)
    {
        ValueMap values = new(table.Columns.Length);
        for (int place = 0; place < table.Columns.Length; place++)
        {
            SqlColumn column = table.Columns[place];
            object? value = dialect.Read(row, place, column);
            if (column.Field is { } field)
            {
                values[field.Name] = column.Reference is null || value is null ? value : new ValueMap(1) { ["id"] = value };
            }
            else if (column.Name == SqlColumn.Ttl && value is not null)
            {
                values[SqlColumn.Ttl] = (long)Math.Floor(SecondsOf(value) - SecondsOf(now));
            }
        }

        return values;
    }

    /// <summary>The value of a column; <paramref name="expiry"/> is that of <c>ttl</c>.</summary>
    public static object? ValueOf(SqlTable table, SqlColumn column, ValueMap values, Guid workspace, double? expiry) => column switch
    {
        { Field: { Reference: not null } field } => (values.Get(field.Name) as ValueMap)?.Get("id"),
        { Field: { } field } => values.Get(field.Name),
        { Name: SqlColumn.Workspace } => workspace.ToString(),
        { Name: SqlColumn.CacheKey } => CacheKeys.Stored(table.Schema, values, workspace),
        _ => expiry,
    };

    /// <summary>The entity as its readers get it: a record where the schema has one, repaired where the schema has grown since it was written.</summary>
    public static object Entity(Schema schema, ValueMap values)
    {
        ValueMap entity = schema.Select(values);
        return schema.ClrType is null ? entity : schema.Bind(entity);
    }

    public static double SecondsOf(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000d;

    public static double SecondsOf(object value) => value is long whole ? whole : (double)value;
}
