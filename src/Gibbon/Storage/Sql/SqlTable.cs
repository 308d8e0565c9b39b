using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Sql;

/// <summary>
/// The table of one kind of entity, made of its schema: a field is a column, a foreign key is <c>&lt;name&gt;_id</c>, what is nested is JSON. That is the
/// layout of Kong's own database. What Kong's tables have no place for lies in tables of ours, <c>gibbon_…</c>, which no Kong node reads.
/// </summary>
internal sealed class SqlTable
{
    public SqlTable(Schema schema)
    {
        Schema = schema;
        Name = (schema.BeyondKong ? "gibbon_" : "") + (schema.TableName ?? schema.Name);
        List<SqlColumn> columns = [.. schema.Fields.Select(SqlColumn.Of).OfType<SqlColumn>()];
        if (schema.Workspaceable)
        {
            columns.Add(new SqlColumn(SqlColumn.Workspace, SqlType.Uuid));
        }

        if (schema.CacheKey.Length > 1)
        {
            columns.Add(new SqlColumn(SqlColumn.CacheKey, SqlType.Text));
        }

        if (schema.Ttl && schema.Find(SqlColumn.Ttl) is null)
        {
            columns.Add(new SqlColumn(SqlColumn.Ttl, SqlType.Time));
        }

        Columns = [.. columns];
        Key = [.. schema.PrimaryKey.Select(name => ColumnOf(name) ?? throw new ArgumentException($"'{schema.Name}' has no field '{name}'", nameof(schema)))];
        ImmutableArray<SqlColumn> beyond = [.. columns.Where(column => column.BeyondKong && !schema.BeyondKong)];
        if (beyond.Any(static column => column.Reference is not null))
        {
            Apart = "gibbon_" + Name;
        }
        else if (!beyond.IsEmpty)
        {
            Extension = "gibbon_" + Name;
        }

        KongColumns = beyond.IsEmpty ? Columns : [.. Columns.Where(static column => !column.BeyondKong)];
        BeyondColumns = beyond;
    }

    public Schema Schema { get; }

    public string Name { get; }

    public ImmutableArray<SqlColumn> Columns { get; }

    /// <summary>The columns of the primary key; nearly always <c>id</c> alone.</summary>
    public ImmutableArray<SqlColumn> Key { get; }

    /// <summary>The columns that the table itself has; the others are in <see cref="Apart"/> or <see cref="Extension"/>.</summary>
    public ImmutableArray<SqlColumn> KongColumns { get; }

    /// <summary>The columns that Kong's table lacks.</summary>
    public ImmutableArray<SqlColumn> BeyondColumns { get; }

    /// <summary>
    /// A second table of whole rows, for those that Kong would take for something else: a plugin of a consumer group, which a Kong node would run
    /// for everybody. A row is in one of the two.
    /// </summary>
    public string? Apart { get; }

    /// <summary>A table of what rows have beyond Kong's columns, by their ids.</summary>
    public string? Extension { get; }

    public bool HasCacheKey => Schema.CacheKey.Length > 1;

    /// <summary>Whether rows are told apart by an id of their own, as nearly all are.</summary>
    public bool HasId => Key is [{ Name: "id" }];

    /// <summary>Statements over this table that are always the same, by what they do and where: thousands of rows may be written one after the other.</summary>
    public ConcurrentDictionary<(string Kind, string Name), string> Statements { get; } = new();

    public SqlColumn? Find(string column) => Columns.FirstOrDefault(found => found.Name == column);

    /// <summary>Whether no two rows of a workspace have the same value in a column, while those of two workspaces may.</summary>
    public bool IsUniquePerWorkspace(SqlColumn column) => Schema.Workspaceable && column.Field is { Unique: true, UniqueAcrossWorkspaces: false };

    /// <summary>The column of a field.</summary>
    public SqlColumn? ColumnOf(string field) => Columns.FirstOrDefault(column => column.Field?.Name == field);

    /// <summary>The columns of the table of that name.</summary>
    public ImmutableArray<SqlColumn> ColumnsIn(string table) =>
        table == Apart ? Columns : table == Extension ? [.. Key, .. BeyondColumns] : KongColumns;

    /// <summary>The table in which a row with these values lives.</summary>
    public string HomeOf(ValueMap values) => Apart is { } apart && IsBeyondKong(values) ? apart : Name;

    /// <summary>Whether the values say something that Kong's table has no column for.</summary>
    public bool IsBeyondKong(ValueMap values) => BeyondColumns.Any(column => values.Get(column.Field!.Name) is not null);
}

/// <summary>The tables of all kinds of entities.</summary>
internal sealed class SqlTables(EntitySchemas schemas)
{
    private readonly Dictionary<string, SqlTable> _tables =
        schemas.All.ToDictionary(static schema => schema.Name, static schema => new SqlTable(schema), StringComparer.Ordinal);

    public EntitySchemas Schemas => schemas;

    /// <summary>All tables; one comes after those it refers to.</summary>
    public IEnumerable<SqlTable> All => schemas.All.Select(schema => _tables[schema.Name]);

    public SqlTable this[string schema] => _tables[schema];

    public SqlTable? Find(string schema) => _tables.GetValueOrDefault(schema);
}
