using System.Data.Common;
using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Gibbon.Storage.Sqlite;

/// <summary>SQLite's words: ids and texts are text, times numbers, arrays and everything nested JSON text.</summary>
internal sealed class SqliteDialect : SqlDialect
{
    private const int Busy = 5;
    private const int Constraint = 19;

    public override string Name => "sqlite";

    public override bool TellsMissingReferences => false;

    public override bool TellsTakenKeyFirst => false;

    public override string BeginReading => "BEGIN";

    public override string TagElements =>
        "(SELECT t.entity_id, t.entity_name, e.value AS tag, e.key + 1 AS place FROM tags AS t, json_each(t.tags) AS e) AS element";

    // SQLite looks at the newest index first.
    public override IEnumerable<SqlColumn> IndexOrder(IReadOnlyList<SqlColumn> columns) => columns.Reverse();

    public override string TypeOf(SqlColumn column) => column.IsArray ? "TEXT" : column.Type switch
    {
        SqlType.Boolean or SqlType.Integer or SqlType.Time => "INTEGER",
        SqlType.Number => "REAL",
        _ => "TEXT",
    };

    public override void Bind(DbParameter parameter, SqlColumn column, object? value) => parameter.Value = value switch
    {
        null => DBNull.Value,
        ValueMap or ValueList => Encoding.UTF8.GetString(ValueJson.Write(value)),
        bool flag => flag ? 1L : 0L,
        _ when column.Type == SqlType.Json && !column.IsArray => Encoding.UTF8.GetString(ValueJson.Write(value)),
        string text when column.Type == SqlType.Uuid => text.ToLowerInvariant(),
        _ => value,
    };

    public override object? Read(DbDataReader row, int place, SqlColumn column)
    {
        if (row.IsDBNull(place))
        {
            return null;
        }

        if (column.IsArray || column.Type == SqlType.Json)
        {
            return JsonReader.TryRead(row.GetString(place), out object? value, out string? error)
                ? value
                : throw new FormatException($"the column '{column.Name}' holds no JSON: {error}");
        }

        return column.Type switch
        {
            SqlType.Boolean => row.GetInt64(place) != 0,
            SqlType.Text or SqlType.Uuid => row.GetString(place),
            _ => row.GetValue(place) is double number ? Whole(number) : row.GetInt64(place),
        };
    }

    protected override DbParameter NewParameter() => new SqliteParameter();

    public override string IsOneOf(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    public override string HasTags(string column, string parameter, bool any) => any
        ? $"EXISTS (SELECT 1 FROM json_each({column}) WHERE value IN (SELECT value FROM json_each({parameter})))"
        : $"{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each({parameter}) AS w WHERE w.value NOT IN (SELECT value FROM json_each({column})))";

    public override SqlFailure Explain(DbException error)
    {
        if (error is not SqliteException failure)
        {
            return new SqlFailure(SqlFailureKind.Other, error.Message);
        }

        // "SQLite Error 19: 'UNIQUE constraint failed: services.ws_id, services.name'."
        string text = failure.Message[(failure.Message.IndexOf('\'', StringComparison.Ordinal) + 1)..].TrimEnd('.').TrimEnd('\'');
        const string unique = "UNIQUE constraint failed: ";
        return failure.SqliteErrorCode switch
        {
            Constraint when text.StartsWith(unique, StringComparison.Ordinal) => new SqlFailure(SqlFailureKind.Unique, text)
            {
                Columns = [.. text[unique.Length..].Split(", ").Select(static column => column[(column.LastIndexOf('.') + 1)..])],
            },
            Busy => new SqlFailure(SqlFailureKind.Conflict, text),
            _ => new SqlFailure(SqlFailureKind.Other, text),
        };
    }

    public override IEnumerable<string> TagTriggers(SqlTable table, string name)
    {
        string put = $"INSERT INTO tags (entity_id, entity_name, tags) VALUES (NEW.id, '{table.Schema.TableName ?? table.Schema.Name}', NEW.tags) "
            + "ON CONFLICT (entity_id) DO UPDATE SET tags = EXCLUDED.tags";
        foreach ((string when, string what) in new[]
        {
            ("INSERT", put), ("UPDATE OF tags", put), ("DELETE", "DELETE FROM tags WHERE entity_id = OLD.id"),
        })
        {
            string trigger = SqlDialect.Quote($"{name}_sync_tags_{when.Split(' ')[0].ToLowerInvariant()}");
            yield return $"CREATE TRIGGER IF NOT EXISTS {trigger} AFTER {when} ON {SqlDialect.Quote(name)} FOR EACH ROW BEGIN {what}; END";
        }
    }

    private static object Whole(double number) => number == Math.Floor(number) && Math.Abs(number) < 1e15 ? (long)number : number;
}
