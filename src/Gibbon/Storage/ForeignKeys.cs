using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>References to other entities by what is unique about them, <c>{"service": {"name": "orders"}}</c>, made references by id.</summary>
internal static class ForeignKeys
{
    /// <summary>Resolves the references in an entity, in place.</summary>
    /// <returns>What leads nowhere; null when all is well. What is no reference at all is left to the schema.</returns>
    public static async ValueTask<EntityError?> ResolveAsync(IEntityStore store, EntitySchemas schemas, Schema schema, ValueMap entity, CancellationToken cancellation)
    {
        ValueMap? unresolved = null;
        foreach (ForeignField foreign in schemas.ForeignFields(schema.Name))
        {
            if (entity.GetMap(foreign.Field) is not { } value || schemas.Find(foreign.Reference) is not { } referred
                || referred.ValidatePrimaryKey(value, ignoreOthers: true) is null)
            {
                continue;
            }

            (EntityResult<Guid?> found, ValueMap? faults) = await FindAsync(store, referred, value, cancellation);
            if (found.Error is { } error)
            {
                return error;
            }

            if (found.Value is { } id)
            {
                entity[foreign.Field] = new ValueMap { ["id"] = id.ToString() };
            }
            else if (faults is not null)
            {
                (unresolved ??= [])[foreign.Field] = faults;
            }
        }

        return unresolved is null ? null : EntityErrors.ForeignKeysUnresolved(new SchemaErrors(unresolved));
    }

    private static async ValueTask<(EntityResult<Guid?> Found, ValueMap? Faults)> FindAsync(
        IEntityStore store, Schema referred, ValueMap value, CancellationToken cancellation)
    {
        ValueMap? faults = null;
        foreach (Field field in referred.Fields)
        {
            if (field.Unique is not true || value.Get(field.Name) is not { } unique || referred.CheckField(field.Name, unique) is not null)
            {
                continue;
            }

            (object? entity, EntityError? error) = await store.SelectByAsync(referred, field.Name, unique, cancellation);
            if (error is not null)
            {
                return (error, null);
            }

            if (entity is not null)
            {
                return (Guid.Parse((entity as ValueMap ?? Schema.Unbind(entity)).GetString("id")!), null);
            }

            string key = $"{{{field.Name}=\"{Value.ToText(unique)}\"}}";
            (faults ??= [])[field.Name] = $"the foreign key cannot be resolved with '{key}' for an existing '{referred.Name}' entity";
        }

        return ((Guid?)null, faults);
    }
}
