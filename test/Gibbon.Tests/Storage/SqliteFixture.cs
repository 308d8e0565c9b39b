using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Sql;
using Gibbon.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Gibbon.Tests.Storage;

/// <summary>A database file of its own, and what plugins and the Admin API see of it.</summary>
internal sealed class SqliteFixture : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("gibbon-sql").FullName;

    public SqliteFixture(TimeProvider? clock = null, EntitySchemas? schemas = null)
    {
        Clock = clock ?? TimeProvider.System;
        Store = Open(Path, schemas ?? TestSchemas.Instance, Clock);
    }

    public TimeProvider Clock { get; }

    public SqlTables Tables => Store.Tables;

    public SqlEntityStore Store { get; private set; }

    public string Path => System.IO.Path.Combine(folder, "gibbon.db");

    /// <summary>The entities of one kind, as values, checked by the schema on their way.</summary>
    public StoredEntities<ValueMap> Values(string kind) => new(Store, Tables.Schemas.Find(kind)!, static () => DeclarativeLoader.DefaultWorkspace);

    /// <summary>The entities of one kind as records.</summary>
    public StoredEntities<T> Records<T>()
        where T : class => new(Store, Tables.Schemas.Find(typeof(T))!, static () => DeclarativeLoader.DefaultWorkspace);

    public async Task<ValueMap> InsertAsync(string kind, ValueMap values)
    {
        var (entity, error) = await Values(kind).InsertAsync(values);
        Assert.True(entity is not null, error?.Message);
        return entity;
    }

    /// <summary>The first column of what a query finds, asked by a connection of its own.</summary>
    public List<object?> Query(string text)
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

    public async Task ReopenAsync(EntitySchemas? schemas = null)
    {
        await Store.Database.DisposeAsync();
        Store = Open(Path, schemas ?? Tables.Schemas, Clock);
    }

    public async ValueTask DisposeAsync()
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
