namespace Gibbon.Storage.Sql;

/// <summary>The statements over a table.</summary>
internal static class SqlText
{
    /// <summary>What rows are read from: the table, and with it what lies in tables of ours.</summary>
    public static string Source(SqlTable table, SqlDialect dialect)
    {
        string name = SqlDialect.Quote(table.Name);
        if (table.Apart is { } apart)
        {
            string kong = string.Join(", ", table.Columns.Select(column =>
                column.BeyondKong ? $"CAST(NULL AS {dialect.TypeOf(column)}) AS {SqlDialect.Quote(column.Name)}" : SqlDialect.Quote(column.Name)));
            return $"(SELECT {kong} FROM {name} UNION ALL SELECT {Names(table.Columns)} FROM {SqlDialect.Quote(apart)}) AS r";
        }

        if (table.Extension is { } extension)
        {
            IEnumerable<string> columns = table.Columns.Select(static column => $"{(column.BeyondKong ? "x" : "k")}.{SqlDialect.Quote(column.Name)}");
            string on = string.Join(" AND ", table.Key.Select(static key => $"x.{SqlDialect.Quote(key.Name)} = k.{SqlDialect.Quote(key.Name)}"));
            return $"(SELECT {string.Join(", ", columns)} FROM {name} AS k LEFT JOIN {SqlDialect.Quote(extension)} AS x ON {on}) AS r";
        }

        return name + " AS r";
    }

    public static string Select(SqlTable table, SqlDialect dialect, string where) =>
        table.Statements.GetOrAdd(("select", ""), static (_, of) => $"SELECT {Names(of.table.Columns)} FROM {Source(of.table, of.dialect)} WHERE ", (table, dialect)) + where;

    /// <summary>An insertion; parameters are named for columns.</summary>
    public static string Insert(SqlTable table, string name) => table.Statements.GetOrAdd(("insert", name), static (key, table) => MakeInsert(table, key.Name), table);

    public static string Upsert(SqlTable table, string name) => table.Statements.GetOrAdd(("upsert", name), static (key, table) => MakeUpsert(table, key.Name), table);

    private static string MakeInsert(SqlTable table, string name)
    {
        IReadOnlyList<SqlColumn> columns = table.ColumnsIn(name);
        return $"INSERT INTO {SqlDialect.Quote(name)} ({Names(columns)}) VALUES ({Parameters(columns)})";
    }

    private static string MakeUpsert(SqlTable table, string name)
    {
        IEnumerable<SqlColumn> columns = table.ColumnsIn(name).Except(table.Key);
        string changes = string.Join(", ", columns.Select(static column => $"{SqlDialect.Quote(column.Name)} = EXCLUDED.{SqlDialect.Quote(column.Name)}"));
        return $"{Insert(table, name)} ON CONFLICT ({Names(table.Key)}) DO UPDATE SET {changes}";
    }

    /// <summary>A change of a row; <paramref name="keepExpiry"/> leaves the time at which it expires as it is.</summary>
    public static string Update(SqlTable table, string name, bool keepExpiry)
    {
        IEnumerable<SqlColumn> columns = table.ColumnsIn(name).Except(table.Key).Where(column => !keepExpiry || column.Name != SqlColumn.Ttl);
        string changes = string.Join(", ", columns.Select(static column => $"{SqlDialect.Quote(column.Name)} = {Parameter(column)}"));
        return $"UPDATE {SqlDialect.Quote(name)} SET {changes} WHERE {IsKey(table)}";
    }

    /// <summary>Waits until nobody else changes a row, and keeps it so.</summary>
    public static string Hold(SqlTable table, string name, string hold) => $"SELECT 1 FROM {SqlDialect.Quote(name)} WHERE {IsKey(table)}{hold}";

    public static string Delete(SqlTable table, string name) => $"DELETE FROM {SqlDialect.Quote(name)} WHERE {IsKey(table)}";

    /// <summary>Takes out what has expired and has a unique value of a row that is to be written.</summary>
    public static string DeleteExpired(string name, IEnumerable<SqlColumn> unique) =>
        $"DELETE FROM {SqlDialect.Quote(name)} WHERE {SqlDialect.Quote(SqlColumn.Ttl)} < @now AND "
            + $"({string.Join(" OR ", unique.Select(static column => $"{SqlDialect.Quote(column.Name)} = {Parameter(column)}"))})";

    /// <summary>
    /// Adds to a number, in one step whoever else does the same. What has expired counts for nothing: the row begins anew, with its time.
    /// </summary>
    public static string Increment(SqlTable table, SqlColumn number, IReadOnlyList<SqlColumn> columns)
    {
        (string name, string value) = (SqlDialect.Quote(table.Name), SqlDialect.Quote(number.Name));
        string sum = $"COALESCE({name}.{value}, 0) + EXCLUDED.{value}";
        string changes = $"{value} = {sum}";
        if (table.Find(SqlColumn.Ttl) is { } ttl)
        {
            string end = SqlDialect.Quote(ttl.Name);
            changes = $"{value} = CASE WHEN {name}.{end} < @now THEN EXCLUDED.{value} ELSE {sum} END, "
                + $"{end} = CASE WHEN {name}.{end} < @now THEN EXCLUDED.{end} ELSE {name}.{end} END";
        }

        return $"INSERT INTO {name} ({Names(columns)}) VALUES ({Parameters(columns)}) "
            + $"ON CONFLICT ({Names(table.Key)}) DO UPDATE SET {changes} RETURNING {value}";
    }

    /// <summary>That a row has not expired; <c>@now</c> is the time.</summary>
    public static string Lives(SqlTable table) => table.Find(SqlColumn.Ttl) is null ? "TRUE" : $"({SqlDialect.Quote(SqlColumn.Ttl)} IS NULL OR {SqlDialect.Quote(SqlColumn.Ttl)} >= @now)";

    /// <summary>
    /// That a row has a value in a column. What is unique in a workspace is looked for in the workspace: the databases' indexes begin with it, and
    /// without it a name is looked for in every row.
    /// </summary>
    public static string Has(SqlTable table, SqlColumn column) =>
        (table.IsUniquePerWorkspace(column) ? $"{SqlDialect.Quote(SqlColumn.Workspace)} = @{SqlColumn.Workspace} AND " : "")
        + $"{SqlDialect.Quote(column.Name)} = {Parameter(column)}";

    public static string IsKey(SqlTable table) =>
        string.Join(" AND ", table.Key.Select(static column => $"{SqlDialect.Quote(column.Name)} = {Parameter(column)}"));

    public static string Parameter(SqlColumn column) => "@" + column.Name;

    public static string Parameters(IEnumerable<SqlColumn> columns) => string.Join(", ", columns.Select(static column => Parameter(column)));

    public static string Names(IEnumerable<SqlColumn> columns) => string.Join(", ", columns.Select(static column => SqlDialect.Quote(column.Name)));
}
