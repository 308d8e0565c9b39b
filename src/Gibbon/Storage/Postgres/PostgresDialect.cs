using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Gibbon.Storage.Postgres;

/// <summary>PostgreSQL's words, and values as Kong has them in its columns: arrays are arrays, what is nested is JSON, times are times.</summary>
internal sealed class PostgresDialect : SqlDialect
{
    /// <summary>The table of tags of the entities that lie in tables of ours; Kong's own knows only Kong's.</summary>
    public const string OwnTags = "gibbon_tags";

    public override string Name => "postgres";

    public override bool IsServer => true;

    public override bool TellsMissingReferences => true;

    public override bool TellsTakenKeyFirst => true;

    public override string BeginReading => "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

    public override string TagElements =>
        $"(SELECT t.entity_id, t.entity_name, e.tag, e.place FROM (SELECT entity_id, entity_name, tags FROM tags UNION ALL SELECT entity_id, entity_name, tags FROM {OwnTags}) AS t, "
        + "unnest(t.tags) WITH ORDINALITY AS e (tag, place)) AS element";

    // Kong inserts without a word; a lock of this kind waits for that, and that for it.
    public override string Lock(string table) => $"LOCK TABLE {table} IN EXCLUSIVE MODE";

    public override string Hold => " FOR UPDATE";

    public override string Cast(string parameter, string type) => $"CAST({parameter} AS {type})";

    public override string TypeOf(SqlColumn column) => ElementOf(column.Type) + (column.IsArray ? "[]" : "");

    public override void Bind(DbParameter parameter, SqlColumn column, object? value)
    {
        var bound = (NpgsqlParameter)parameter;
        bound.NpgsqlDbType = column.IsArray ? DbTypeOf(column.Type) | NpgsqlDbType.Array : DbTypeOf(column.Type);
        bound.Value = column.IsArray && value is ValueList list ? ArrayOf(column.Type, list) : Scalar(column.Type, value) ?? DBNull.Value;
    }

    public override object? Read(DbDataReader row, int place, SqlColumn column)
    {
        if (row.IsDBNull(place))
        {
            return null;
        }
        var value = row.GetValue(place);
        return value is Array array && column.IsArray
            ? new ValueList(array.Cast<object?>().Select(element => Value(element, column.Type)))
            : Value(value, column.IsArray ? SqlType.Json : column.Type);
    }

    protected override DbParameter NewParameter() => new NpgsqlParameter();

    public override async ValueTask UnprepareAsync(DbCommand command)
    {
        if (command is NpgsqlCommand { IsPrepared: true } prepared)
        {
            await prepared.UnprepareAsync().ConfigureAwait(false);
        }
    }

    public override string IsOneOf(string column, string parameter) => $"{column} = ANY({parameter})";

    public override string HasTags(string column, string parameter, bool any) => $"{column} {(any ? "&&" : "@>")} {parameter}";

    public override SqlFailure Explain(DbException error) => error is not PostgresException refusal
        ? new SqlFailure(error is NpgsqlException { InnerException: IOException } ? SqlFailureKind.Lost : SqlFailureKind.Other, PostgresFailure.Text(error))
        : refusal.SqlState switch
        {
            PostgresErrorCodes.UniqueViolation => new SqlFailure(SqlFailureKind.Unique, PostgresFailure.Text(error)) { Columns = KeyIn(refusal.Detail) },
            PostgresErrorCodes.ForeignKeyViolation when refusal.Detail is { } detail && detail.Contains("still referenced", StringComparison.Ordinal) =>
                new SqlFailure(SqlFailureKind.Referenced, PostgresFailure.Text(error)) { Table = refusal.TableName },
            PostgresErrorCodes.ForeignKeyViolation => new SqlFailure(SqlFailureKind.MissingReference, PostgresFailure.Text(error)) { Columns = KeyIn(refusal.Detail) },
            PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => new SqlFailure(SqlFailureKind.Conflict, PostgresFailure.Text(error)),
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => new SqlFailure(SqlFailureKind.Lost, PostgresFailure.Text(error)),
            _ => new SqlFailure(SqlFailureKind.Other, PostgresFailure.Text(error)),
        };

    public override IEnumerable<string> TagTriggers(SqlTable table, string name)
    {
        var trigger = Quote($"{name}_sync_tags_trigger");
        yield return $"DROP TRIGGER IF EXISTS {trigger} ON {Quote(name)}";
        yield return $"CREATE TRIGGER {trigger} AFTER INSERT OR DELETE OR UPDATE ON {Quote(name)} FOR EACH ROW "
            + $"EXECUTE PROCEDURE gibbon_sync_tags('{table.Schema.TableName ?? table.Schema.Name}')";
    }

    static string ElementOf(SqlType type) => type switch
    {
        SqlType.Uuid => "uuid",
        SqlType.Boolean => "boolean",
        SqlType.Integer => "bigint",
        SqlType.Number => "double precision",
        SqlType.Time => "timestamp with time zone",
        SqlType.Json => "jsonb",
        _ => "text",
    };

    static NpgsqlDbType DbTypeOf(SqlType type) => type switch
    {
        SqlType.Uuid => NpgsqlDbType.Uuid,
        SqlType.Boolean => NpgsqlDbType.Boolean,
        SqlType.Integer => NpgsqlDbType.Bigint,
        SqlType.Number => NpgsqlDbType.Double,
        SqlType.Time => NpgsqlDbType.TimestampTz,
        SqlType.Json => NpgsqlDbType.Jsonb,
        _ => NpgsqlDbType.Text,
    };

    static Array ArrayOf(SqlType type, ValueList list) => type switch
    {
        SqlType.Uuid => Elements<Guid?>(type, list),
        SqlType.Boolean => Elements<bool?>(type, list),
        SqlType.Integer => Elements<long?>(type, list),
        SqlType.Number => Elements<double?>(type, list),
        SqlType.Time => Elements<DateTime?>(type, list),
        _ => Elements<string?>(type, list),
    };

    static T[] Elements<T>(SqlType type, ValueList list) => [.. list.Select(element => (T)Scalar(type, element)!)];

    // What cannot be a value of the column is no value of it: nothing is found by it.
    static object? Scalar(SqlType type, object? value) => (type, value) switch
    {
        (_, null) => null,
        (SqlType.Json, _) => Encoding.UTF8.GetString(ValueJson.Write(value)),
        (SqlType.Uuid, _) => Guid.TryParse(Pdk.Schemas.Value.ToText(value), out var id) ? id : null,
        (SqlType.Boolean, _) => value as bool?,
        (SqlType.Integer, double number) => (long)number,
        (SqlType.Integer, string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null,
        (SqlType.Number, long number) => (double)number,
        (SqlType.Number, string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null,
        (SqlType.Time, _) => TimeOf(value),
        (SqlType.Text, not string) => Pdk.Schemas.Value.ToText(value),
        _ => value,
    };

    static DateTime? TimeOf(object value) => value is long or double
        ? DateTime.UnixEpoch.AddTicks((long)Math.Round(SqlRow.SecondsOf(value) * 1000) * TimeSpan.TicksPerMillisecond)
        : null;

    static object? Value(object? value, SqlType type) => value switch
    {
        null or DBNull => null,
        DateTime time => Whole((time.ToUniversalTime() - DateTime.UnixEpoch).TotalMilliseconds / 1000),
        Guid id => id.ToString(),
        string text when type == SqlType.Json => JsonReader.TryRead(text, out var read, out var error) ? read : throw new FormatException($"a column holds no JSON: {error}"),
        int or short => Convert.ToInt64(value, null),
        float or decimal => Whole(Convert.ToDouble(value, null)),
        double number => Whole(number),
        _ => value,
    };

    static object Whole(double number) => number == Math.Floor(number) && Math.Abs(number) < 1e15 ? (long)number : number;

    // Key (ws_id, name)=(…, …) already exists.
    static ImmutableArray<string> KeyIn(string? detail)
    {
        if (detail is null || detail.IndexOf(")=(", StringComparison.Ordinal) is var end && end < 0)
        {
            return [];
        }
        var start = detail.IndexOf('(', StringComparison.Ordinal) + 1;
        return [.. detail[start..end].Split(", ").Select(static column => column.Trim('"'))];
    }
}
