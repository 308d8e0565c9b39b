using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>Tells plugins what was written: what caches hold of it is forgotten, then the listeners of <c>crud</c> hear of it. Other nodes the
/// database tells.</summary>
internal sealed class ChangeAnnouncer(INodeCache cache, IWorkerEvents events, EntitySchemas schemas, Func<Guid> workspace)
{
    public void Announce(ChangedEntity change)
    {
        Schema schema = schemas.Find(change.SchemaName)!;
        foreach (string key in KeysOf(schema, change).Distinct(StringComparer.Ordinal))
        {
            cache.InvalidateLocal(key);
        }

        object entity = change.After ?? change.Before!;
        EntityChange told = new(change.Operation, schema.Name, entity, change.After is null ? null : change.Before);
        events.PostLocal("crud", schema.Name, told);
        events.PostLocal("crud", $"{schema.Name}:{change.Operation}", told);
    }

    /// <summary>The keys under which caches may hold the entity as it was and as it is.</summary>
    private IEnumerable<string> KeysOf(Schema schema, ChangedEntity change)
    {
        foreach (object entity in new[] { change.Before, change.After }.OfType<object>())
        {
            ValueMap values = entity as ValueMap ?? Schema.Unbind(entity);
            yield return schema.CacheKeyOf(values, workspace().ToString());

            // Consumers are looked for by their names too.
            if (schema.Name == "consumers" && values.GetString("username") is { } username)
            {
                yield return CacheKeys.Of(schema, [username], workspace());
            }
        }
    }
}
