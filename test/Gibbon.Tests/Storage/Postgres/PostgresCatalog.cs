using System.Globalization;
using System.Text.Json.Nodes;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>What a server says of the tables of a database, in the shape of the recording.</summary>
internal static class PostgresCatalog
{
    public static JsonObject Read(PostgresDatabase database)
    {
        var tables = new JsonObject();
        foreach (var row in database.Rows(
            "SELECT relname, oid::text FROM pg_class WHERE relkind = 'r' AND relnamespace = CURRENT_SCHEMA::regnamespace AND relname NOT LIKE 'gibbon\\_%' ORDER BY relname"))
        {
            tables[row[0]!] = Table(database, row[1]!);
        }

        return tables;
    }

    /// <summary>What of the recording a database made anew must have: all but the traces of columns that migrations dropped.</summary>
    public static JsonObject Comparable(JsonObject recorded)
    {
        foreach (var (_, table) in recorded)
            table!.AsObject().Remove("dropped_columns_count");
        return recorded;
    }

    private static JsonObject Table(PostgresDatabase database, string oid)
    {
        var constraints = Constraints(database, oid);
        var primary = constraints.FirstOrDefault(static constraint => constraint.Type == "p");
        return new JsonObject
        {
            ["columns"] = Columns(database, oid),
            ["primary_key"] = primary is null ? null : Words(primary.Columns),
            ["primary_key_name"] = primary?.Name,
            ["unique"] = new JsonArray([.. constraints.Where(static constraint => constraint.Type == "u").Select(static constraint => new JsonObject
            {
                ["name"] = constraint.Name,
                ["columns"] = Words(constraint.Columns),
            })]),
            ["foreign_keys"] = new JsonArray([.. constraints.Where(static constraint => constraint.Type == "f").Select(static constraint => new JsonObject
            {
                ["name"] = constraint.Name,
                ["columns"] = Words(constraint.Columns),
                ["references"] = new JsonObject { ["table"] = constraint.Other, ["columns"] = Words(constraint.OtherColumns) },
                ["on_delete"] = Rule(constraint.OnDelete),
                ["on_update"] = Rule(constraint.OnUpdate),
                ["deferrable"] = constraint.IsDeferrable,
            })]),
            ["check"] = Words(string.Join(',', constraints.Where(static constraint => constraint.Type == "c").Select(static constraint => constraint.Name))),
            ["indexes"] = Indexes(database, oid),
            ["triggers"] = Triggers(database, oid),
        };
    }

    private static JsonArray Columns(PostgresDatabase database, string oid) => new([.. database.Rows($"""
        SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = {oid} AND attnum > 0 AND NOT attisdropped ORDER BY attnum
        """).Select(static row => new JsonObject
    {
        ["name"] = row[0],
        ["type"] = row[1],
        ["nullable"] = row[2] == "f",
        ["default"] = row[3],
    })]);

    private static List<Constraint> Constraints(PostgresDatabase database, string oid) => [.. database.Rows($"""
        SELECT contype, conname, confrelid::regclass::text, confdeltype, confupdtype, condeferrable,
            (SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS key (number, place)
                JOIN pg_attribute ON attrelid = conrelid AND attnum = number),
            (SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS key (number, place)
                JOIN pg_attribute ON attrelid = confrelid AND attnum = number)
        FROM pg_constraint WHERE conrelid = {oid} ORDER BY conname COLLATE "C"
        """).Select(static row => new Constraint(row[0]!, row[1]!, row[6] ?? "", row[2]!, row[7] ?? "", row[3]!, row[4]!, row[5] == "t"))];

    private static JsonArray Indexes(PostgresDatabase database, string oid) => new([.. database.Rows($"""
        SELECT named.relname, amname, indisunique, indisprimary, pg_get_expr(indpred, indrelid), EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u')),
            (SELECT string_agg(pg_get_indexdef(indexrelid, place, true), ',' ORDER BY place) FROM generate_series(1, indnatts) AS place)
        FROM pg_index JOIN pg_class named ON named.oid = indexrelid JOIN pg_am ON pg_am.oid = named.relam
        WHERE indrelid = {oid} ORDER BY named.relname COLLATE "C"
        """).Select(static row => new JsonObject
    {
        ["name"] = row[0],
        ["method"] = row[1],
        ["unique"] = row[2] == "t",
        ["primary"] = row[3] == "t",
        ["columns"] = Words(row[6]!),
        ["predicate"] = row[4],
        ["backs_constraint"] = row[5] == "t",
    })]);

    private static JsonArray Triggers(PostgresDatabase database, string oid) => new([.. database.Rows($"""
        SELECT tgname, tgtype, proname, encode(tgargs, 'escape') FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE tgrelid = {oid} AND NOT tgisinternal ORDER BY tgname COLLATE "C"
        """).Select(static row =>
    {
        var bits = int.Parse(row[1]!, CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["name"] = row[0],
            ["timing"] = (bits & 2) != 0 ? "before" : "after",
            ["events"] = new JsonArray([.. new[] { (4, "insert"), (8, "delete"), (16, "update"), (32, "truncate") }
                .Where(known => (bits & known.Item1) != 0).Select(static known => JsonValue.Create(known.Item2))]),
            ["level"] = (bits & 1) != 0 ? "row" : "statement",
            ["function"] = row[2],
            ["arguments"] = new JsonArray([.. row[3]!.Split("\\000", StringSplitOptions.RemoveEmptyEntries).Select(static word => JsonValue.Create(word))]),
        };
    })]);

    private static JsonArray Words(string text) =>
        new([.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static word => JsonValue.Create(word))]);

    private static string Rule(string letter) => letter switch { "c" => "cascade", "a" => "no action", "n" => "set null", "r" => "restrict", _ => letter };

    private sealed record Constraint(
        string Type, string Name, string Columns, string Other, string OtherColumns, string OnDelete, string OnUpdate, bool IsDeferrable);
}
