using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// All entities as the flat configuration that a control plane pushes: references are ids, nulls stay, what is disabled is left out with what belongs to it.
/// </summary>
internal static class DeclarativeTable
{
    /// <param name="schemas">The kinds of entities, in their order.</param>
    /// <param name="entities">The entities of each kind that is exported, as values that are this method's to change.</param>
    public static ValueMap Of(EntitySchemas schemas, IReadOnlyDictionary<string, IReadOnlyList<ValueMap>> entities)
    {
        ValueMap table = new() { ["_format_version"] = "3.0", ["_transform"] = false };
        HashSet<string> disabled = new(StringComparer.Ordinal);
        foreach (Schema schema in schemas.All)
        {
            if (!entities.TryGetValue(schema.Name, out IReadOnlyList<ValueMap>? all))
            {
                continue;
            }

            ValueList list = new(all.Count);
            foreach (ValueMap entity in all)
            {
                bool isOff = schema.Name is "services" or "plugins" && entity.Get("enabled") is false;
                Flatten(schema, entity);
                if (isOff || BelongsTo(disabled, schemas, schema, entity))
                {
                    // Of what is left out, only services and their routes have others that belong to them.
                    if (schema.Name is "services" or "routes")
                    {
                        disabled.Add(entity.GetString("id")!);
                    }

                    continue;
                }

                list.Add(entity);
            }

            if (list.Count > 0)
            {
                table[schema.Name] = list;
            }
        }

        return table;
    }

    /// <summary>All entities that go to other nodes, those that are disabled too.</summary>
    public static ValueMap Whole(EntitySet entities)
    {
        ValueMap whole = new() { ["_format_version"] = "3.0", ["_transform"] = false };
        foreach (EntityTable kind in entities.Tables.Where(static kind => kind.Schema.Exported && kind.Count > 0))
        {
            whole[kind.Schema.Name] = new ValueList(kind.All.Select(entity =>
            {
                ValueMap values = kind.Schema.Select(entity as ValueMap ?? Schema.Unbind(entity));
                Flatten(kind.Schema, values);
                return (object?)values;
            }));
        }

        return whole;
    }

    /// <summary>
    /// Takes out what Kong's nodes do not know, and would refuse everything for. A plugin for a group of consumers goes whole: without the group it would run for everyone.
    /// </summary>
    /// <returns>Whether there was anything.</returns>
    public static bool RemoveBeyondKong(EntitySchemas schemas, ValueMap table)
    {
        bool removed = false;
        foreach (Schema schema in schemas.All)
        {
            if (table.Get(schema.Name) is not ValueList list)
            {
                continue;
            }

            if (schema.BeyondKong)
            {
                removed |= table.Remove(schema.Name);
                continue;
            }

            Field[] beyond = [.. schema.Fields.Where(static field => field.BeyondKong)];
            foreach (ValueMap entity in list.OfType<ValueMap>().ToList())
            {
                foreach (Field field in beyond.Where(field => entity.Get(field.Name) is not null))
                {
                    removed = true;
                    entity.Remove(field.Name);
                    if (field.Reference is not null)
                    {
                        list.Remove(entity);
                    }
                }

                removed |= ReplaceAlgorithm(schema, entity);
            }

            if (list.Count == 0)
            {
                table.Remove(schema.Name);
            }
        }

        return removed;
    }

    private static bool ReplaceAlgorithm(Schema schema, ValueMap entity)
    {
        if (schema.Name != "upstreams" || entity.GetString("algorithm") != "sticky-sessions")
        {
            return false;
        }

        entity["algorithm"] = "round-robin";
        return true;
    }

    private static bool BelongsTo(HashSet<string> disabled, EntitySchemas schemas, Schema schema, ValueMap entity)
    {
        if (disabled.Count > 0)
        {
            foreach (ForeignField field in schemas.ForeignFields(schema.Name))
            {
                if (entity.Get(field.Field) is string id && disabled.Contains(id))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static void Flatten(Schema schema, ValueMap entity)
    {
        DeclarativeExport.Flatten(schema, entity);
        if (schema.Ttl)
        {
            entity.TryAdd("ttl", null);
        }
    }
}
