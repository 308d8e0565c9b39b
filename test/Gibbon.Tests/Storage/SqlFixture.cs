using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Sql;

namespace Gibbon.Tests.Storage;

/// <summary>A database of its own, and what plugins and the Admin API see of it.</summary>
internal abstract class SqlFixture : IAsyncDisposable
{
    public abstract SqlEntityStore Store { get; }

    public SqlTables Tables => Store.Tables;

    /// <summary>The entities of one kind, as values, checked by the schema on their way.</summary>
    public StoredEntities<ValueMap> Values(string kind) => new(Store, Tables.Schemas.Find(kind)!, () => Store.Workspace);

    /// <summary>The entities of one kind as records.</summary>
    public StoredEntities<T> Records<T>()
        where T : class => new(Store, Tables.Schemas.Find(typeof(T))!, () => Store.Workspace);

    public async Task<ValueMap> InsertAsync(string kind, ValueMap values)
    {
        var (entity, error) = await Values(kind).InsertAsync(values);
        Assert.True(entity is not null, error?.Message);
        return entity;
    }

    /// <summary>The first column of what a query finds, as text, asked by a connection of its own.</summary>
    public abstract List<object?> Query(string text);

    /// <summary>Closes the database and opens it again.</summary>
    public abstract Task ReopenAsync(EntitySchemas? schemas = null);

    public abstract ValueTask DisposeAsync();
}
