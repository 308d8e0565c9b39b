using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Storage.Applying;

/// <summary>
/// Finds out which stored entity each entity of a document is, where the document does not say it by an id: the one with the same name, or at the same place, or, without a
/// name, the one that says the same. It gets the stored id, and what the store made up for it.
/// </summary>
internal sealed class StoredIdentities(EntitySchemas schemas, EntitySet stored, Selection selection, Guid workspace)
{
    private readonly Dictionary<string, Dictionary<string, object>> _byCacheKey = new(StringComparer.Ordinal);
    private References _references = null!;

    /// <summary>Goes through the items of a document, of which an item comes after those it refers to.</summary>
    public void Adopt(Dictionary<string, List<DeclarativeItem>> items)
    {
        _references = new References(items);
        foreach (Schema schema in schemas.All)
        {
            if (schema.PrimaryKey[0] == "id" && items.TryGetValue(schema.Name, out List<DeclarativeItem>? list))
            {
                Adopt(stored[schema.Name], list);
            }
        }
    }

    private void Adopt(EntityTable table, List<DeclarativeItem> items)
    {
        HashSet<Guid> taken = [];
        List<DeclarativeItem> open = [];
        foreach (DeclarativeItem item in items)
        {
            if (item.Source.Get("id") is null)
            {
                open.Add(item);
            }
            else if (Guid.TryParse(item.Id, out Guid id) && taken.Add(id) && table.Find(id) is { } entity)
            {
                Complete(item, entity);
            }
        }

        open.RemoveAll(item => Same(table, item) is { } entity && Take(table, item, entity, taken));
        SameContent? content = null;
        foreach (DeclarativeItem item in open)
        {
            content ??= new SameContent(table, entity => selection.Holds(table, stored, entity) && !taken.Contains(table.Lens.IdOf(entity)));
            if (content.Find(Values(item)) is { } entity && Take(table, item, entity, taken))
            {
                continue;
            }

            // The id that was made of a name may be that of an entity which has been given another name since.
            Guid made = Guid.Parse(item.Id);
            if (taken.Contains(made) || table.Find(made) is { } other && !selection.Holds(table, stored, other))
            {
                item.Id = Guid.NewGuid().ToString();
            }

            taken.Add(Guid.Parse(item.Id));
        }
    }

    private bool Take(EntityTable table, DeclarativeItem item, object entity, HashSet<Guid> taken)
    {
        Guid id = table.Lens.IdOf(entity);
        if (!selection.Holds(table, stored, entity) || !taken.Add(id))
        {
            return false;
        }

        item.Id = id.ToString();
        Complete(item, entity);
        return true;
    }

    // What is made up for an entity once is not made up again, and a set stays in its order.
    private static void Complete(DeclarativeItem item, object entity)
    {
        ValueMap? values = null;
        foreach (Field field in item.Schema.Fields)
        {
            if (field.Auto && field.Name is not ("id" or "updated_at") && item.Source.Get(field.Name) is null && field.Name != item.ParentField)
            {
                values ??= entity as ValueMap ?? Schema.Unbind(entity);
                item.Source[field.Name] = values.Get(field.Name);
            }
            else if (field.Type is FieldType.Set && item.Source.GetList(field.Name) is { Count: > 1 } given)
            {
                values ??= entity as ValueMap ?? Schema.Unbind(entity);
                if (values.GetList(field.Name) is { } present && present.Count == given.Count && given.All(present.Contains))
                {
                    item.Source[field.Name] = present;
                }
            }
        }
    }

    private object? Same(EntityTable table, DeclarativeItem item)
    {
        Schema schema = table.Schema;
        if (item.Key is { } key)
        {
            return table.FindBy(schema.EndpointKey!, key);
        }

        if (schema.CacheKey.Length > 0 && CacheKeyOf(item) is { } cacheKey && Indexed(table).TryGetValue(cacheKey, out object? entity))
        {
            return entity;
        }

        return schema.Fields
            .Where(field => field.Unique is true && field.Reference is null && item.Source.Get(field.Name) is string)
            .Select(field => table.FindBy(field.Name, item.Source.GetString(field.Name)!))
            .FirstOrDefault(static found => found is not null);
    }

    private Dictionary<string, object> Indexed(EntityTable table)
    {
        string kind = table.Schema.Name;
        if (!_byCacheKey.TryGetValue(kind, out Dictionary<string, object>? index))
        {
            _byCacheKey.Add(kind, index = new Dictionary<string, object>(StringComparer.Ordinal));
            foreach (object entity in table.All)
            {
                index[CacheKeys.Stored(table.Schema, entity as ValueMap ?? Schema.Unbind(entity), workspace)] = entity;
            }
        }

        return index;
    }

    private string? CacheKeyOf(DeclarativeItem item)
    {
        ValueMap values = [];
        foreach (string name in item.Schema.CacheKey.Append("consumer_group"))
        {
            if (item.Schema.Find(name) is not { } field)
            {
                continue;
            }

            object? value = field.Reference is null ? Normal(item.Schema, name, item.Source.Get(name)) : Reference(item, field);
            if (value is null && (field.Auto || field.IsRequired))
            {
                return null;
            }

            values[name] = value;
        }

        return CacheKeys.Stored(item.Schema, values, workspace);
    }

    private static object? Normal(Schema schema, string name, object? value) =>
        schema.Name == "targets" && name == "target" && value is string address ? Target.NormalizeAddress(address) ?? address : value;

    private ValueMap? Reference(DeclarativeItem item, Field field)
    {
        if (field.Name == item.ParentField)
        {
            return item.Parent!.MakeReference();
        }

        string? name = item.Source.Get(field.Name) switch
        {
            string text => text,
            ValueMap map => map.GetString("id") ?? map.GetString("name"),
            _ => null,
        };
        return name is null ? null : _references.Find(item, field.Reference!, name)?.MakeReference() ?? new ValueMap { ["id"] = name };
    }

    // What the item alone says, with the defaults of what it does not say; null when it is wrong, of which the loader tells.
    private ValueMap? Values(DeclarativeItem item)
    {
        ValueMap view = [];
        foreach ((string name, object? value) in item.Source)
        {
            if (item.Schema.Find(name) is { Reference: not null } field)
            {
                view[name] = Reference(item, field);
            }
            else if (name is not ("_comment" or "_ignore" or "ws_id") && !schemas.Children(item.Schema.Name).Any(child => child.Entity == name))
            {
                view[name] = value;
            }
        }

        if (item.ParentField is { } parent)
        {
            view[parent] = item.Parent!.MakeReference();
        }

        view["id"] = item.Id;
        return item.Schema.Create(view, Operation.Insert, out ValueMap values) is null ? values : null;
    }
}
