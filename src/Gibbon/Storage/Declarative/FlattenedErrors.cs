using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// Lists the errors of a declarative configuration by the entity they belong to, each with the entity itself, so that a client can tell
/// which of its objects is to blame. Sections, entities and fields come in descending order, as from Kong.
/// </summary>
internal sealed class FlattenedErrors
{
    readonly EntitySchemas schemas;
    readonly ValueList flattened = [];

    FlattenedErrors(EntitySchemas schemas) => this.schemas = schemas;

    /// <summary>Takes the errors of entities out of the tree.</summary>
    /// <returns>What is left of the tree, and the list.</returns>
    public static (ValueMap Remaining, ValueList Flattened) Of(ValueMap errors, ValueMap input, EntitySchemas schemas)
    {
        var flattening = new FlattenedErrors(schemas);
        var rest = new ValueMap();
        var entities = input.DeepCopy();
        foreach (var (section, error) in errors.DeepCopy().OrderByDescending(static entry => entry.Key, StringComparer.Ordinal))
        {
            // Errors under an entity's name, not its place, have no entity to be listed with: Kong drops them from both.
            if (error is not (ValueMap or ValueList) || entities.Get(section) is not ValueList items)
            {
                rest[section] = error;
            }
            else if (error is ValueList list)
            {
                for (var i = Math.Min(list.Count, items.Count) - 1; i >= 0; i--)
                {
                    flattening.Add(section, items[i], list[i]);
                }
            }
        }
        return (rest, flattening.flattened);
    }

    void Add(string kind, object? subject, object? error)
    {
        var errors = error switch
        {
            string text => new ValueMap { ["@entity"] = text },
            ValueMap { Count: > 0 } map => map,
            _ => null,
        };
        if (errors is null || subject is not ValueMap entity)
        {
            return;
        }
        var id = IdOf(entity);
        foreach (var own in schemas.ForeignFields(kind))
        {
            TakeOutReferred(own, entity, errors);
        }
        foreach (var child in schemas.Children(kind))
        {
            TakeOutNested(child, entity, id, errors);
        }
        List(kind, entity, id, errors);
    }

    void TakeOutReferred(ForeignField foreign, ValueMap entity, ValueMap errors)
    {
        if (entity.Get(foreign.Field) is not (ValueMap or ValueList))
        {
            return;
        }
        var referred = entity[foreign.Field];
        if (IdOf(referred as ValueMap) is { } id)
        {
            entity[foreign.Field] = new ValueMap { ["id"] = id };
        }
        else
        {
            entity.Remove(foreign.Field);
        }
        if (errors.Remove(foreign.Field, out var error))
        {
            Add(foreign.Reference, referred, error);
        }
    }

    void TakeOutNested(ForeignField child, ValueMap entity, string? id, ValueMap errors)
    {
        if (entity.Get(child.Entity) is not (ValueMap or ValueList) || !entity.Remove(child.Entity, out var nested))
        {
            return;
        }
        if (!errors.Remove(child.Entity, out var error) || nested is not ValueList items || error is not ValueList list)
        {
            return;
        }
        for (var i = 0; i < items.Count; i++)
        {
            if (id is not null && items[i] is ValueMap item)
            {
                item.TryAdd(child.Field, new ValueMap { ["id"] = id });
            }
            Add(child.Entity, items[i], i < list.Count ? list[i] : null);
        }
    }

    void List(string kind, ValueMap entity, string? id, ValueMap errors)
    {
        var found = new ValueList();
        Collect(errors, "", found);
        if (found.Count == 0)
        {
            return;
        }
        var item = new ValueMap { ["entity_type"] = kind.EndsWith('s') ? kind[..^1] : kind };
        if (entity.GetString("name") is { Length: > 0 } name)
        {
            item["entity_name"] = name;
        }
        if (id is not null)
        {
            item["entity_id"] = id;
        }
        if (entity.GetList("tags") is { } tags && tags.All(static tag => tag is string))
        {
            item["entity_tags"] = tags;
        }
        item["entity"] = entity;
        item["errors"] = found;
        flattened.Add(item);
    }

    static string? IdOf(ValueMap? entity) => entity?.GetString("id") is { } id && Guid.TryParseExact(id, "D", out _) ? id : null;

    static void Collect(object error, string path, ValueList found)
    {
        switch (error)
        {
            case ValueMap map:
                foreach (var (key, inner) in map.OrderByDescending(static entry => entry.Key, StringComparer.Ordinal))
                {
                    if (key == "@entity")
                    {
                        AddEntityErrors(inner, found);
                    }
                    else if (inner is not null)
                    {
                        Collect(inner, Join(path, key), found);
                    }
                }
                break;
            case ValueList list:
                for (var i = list.Count - 1; i >= 0; i--)
                {
                    if (list[i] is { } inner)
                    {
                        Collect(inner, Join(path, (i + 1).ToString(CultureInfo.InvariantCulture)), found);
                    }
                }
                break;
            default:
                found.Add(new ValueMap { ["type"] = "field", ["field"] = path, ["message"] = error });
                break;
        }
    }

    static void AddEntityErrors(object? error, ValueList found)
    {
        foreach (var message in error as ValueList ?? [error])
        {
            found.Add(new ValueMap { ["type"] = "entity", ["message"] = message });
        }
    }

    static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
