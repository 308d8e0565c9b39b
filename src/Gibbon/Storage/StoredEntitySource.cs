using System.Collections.Concurrent;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>Makes what plugins see of the stored entities, once for each kind.</summary>
internal sealed class StoredEntitySource(IEntityStore store, EntitySchemas schemas, Func<Guid> workspace)
{
    private readonly ConcurrentDictionary<Type, object> _made = new();

    /// <summary>The <see cref="IEntityAccess{T}"/> of a record type.</summary>
    public object Of(Type type) => _made.GetOrAdd(type, static (type, source) => source.Make(type), this);

    /// <summary>The entities of a kind as data; null for a kind that nobody knows.</summary>
    public IEntityAccess<ValueMap>? Of(string name) =>
        schemas.Find(name) is { } schema ? new StoredEntities<ValueMap>(store, schema, workspace, schemas) : null;

    private object Make(Type type)
    {
        Schema schema = schemas.Find(type) ?? throw new ArgumentException($"no enabled plugin brings the entity {type.Name}", nameof(type));
        return Activator.CreateInstance(typeof(StoredEntities<>).MakeGenericType(type), store, schema, workspace, schemas)!;
    }
}
