using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Sql;
using Gibbon.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Gibbon.Tests.Storage;

/// <summary>A database file of its own.</summary>
internal sealed class SqliteFixture : SqlFixture
{
    readonly string folder = Directory.CreateTempSubdirectory("gibbon-sql").FullName;

    SqlEntityStore store;

    public SqliteFixture(TimeProvider? clock = null, EntitySchemas? schemas = null)
    {
        Clock = clock ?? TimeProvider.System;
        store = Open(Path, schemas ?? TestSchemas.Instance, Clock);
    }

    public TimeProvider Clock { get; }

    public override SqlEntityStore Store => store;

    public string Path => System.IO.Path.Combine(folder, "gibbon.db");

    public override List<object?> Query(string text)
    {
        using SqliteConnection connection = new($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        using var reader = command.ExecuteReader();
        List<object?> found = [];
        while (reader.Read())
        {
            found.Add(reader.GetValue(0));
        }
        return found;
    }

    public override async Task ReopenAsync(EntitySchemas? schemas = null)
    {
        await Store.Database.DisposeAsync();
        store = Open(Path, schemas ?? Tables.Schemas, Clock);
    }

    public override async ValueTask DisposeAsync()
    {
        await Store.Database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public static SqlEntityStore Open(string path, EntitySchemas schemas, TimeProvider clock)
    {
        SqlTables tables = new(schemas);
        return new SqlEntityStore(SqliteDatabase.Open(path, tables, clock), tables, static () => DeclarativeLoader.DefaultWorkspace, clock);
    }
}
