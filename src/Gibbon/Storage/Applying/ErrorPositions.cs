using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Applying;

/// <summary>Lists the errors of a document, each with its place: a JSON pointer to the entity, and within it the field.</summary>
internal sealed class ErrorPositions(ValueMap document)
{
    private readonly ValueList _found = [];

    public ValueList Of(ValueMap errors)
    {
        foreach ((string section, object? error) in errors)
        {
            switch (error)
            {
                case ValueList list when document.Get(section) is ValueList items:
                    AddList(section, items, list, "/" + section);
                    break;
                case ValueMap map when document.Get(section) is ValueList items:
                    AddNamed(section, items, map);
                    break;
                case ValueMap map:
                    AddNamed(section, [], map);
                    break;
                default:
                    AddAll(null, null, section == "error" ? "" : "/" + Escaped(section), "", error);
                    break;
            }
        }

        return _found;
    }

    private void AddList(string kind, ValueList items, ValueList errors, string path)
    {
        for (int i = 0; i < errors.Count; i++)
        {
            if (errors[i] is { } error)
            {
                AddEntity(kind, i < items.Count ? items[i] as ValueMap : null, error, string.Create(CultureInfo.InvariantCulture, $"{path}/{i}"));
            }
        }
    }

    // Errors under the name of an entity, wherever it stands, or under its place counted from 1.
    private void AddNamed(string kind, ValueList items, ValueMap errors)
    {
        foreach ((string name, object? error) in errors)
        {
            if (Find(kind, name, document, "") is var (entity, path) && entity is not null)
            {
                AddEntity(kind, entity, error, path);
            }
            else if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= items.Count)
            {
                AddEntity(kind, items[number - 1] as ValueMap, error, string.Create(CultureInfo.InvariantCulture, $"/{kind}/{number - 1}"));
            }
            else
            {
                AddAll(kind, new ValueMap { ["name"] = name }, "", "", error);
            }
        }
    }

    private static (ValueMap? Entity, string Path) Find(string kind, string name, ValueMap place, string path)
    {
        foreach ((string section, object? value) in place)
        {
            for (int i = 0; value is ValueList list && i < list.Count; i++)
            {
                if (list[i] is not ValueMap entity)
                {
                    break;
                }

                string here = string.Create(CultureInfo.InvariantCulture, $"{path}/{Escaped(section)}/{i}");
                if (section == kind && entity.Any(field => field.Key is "id" or "name" or "username" or "key" or "prefix" or "target" && field.Value is string text && text == name))
                {
                    return (entity, here);
                }

                if (Find(kind, name, entity, here) is { Entity: not null } found)
                {
                    return found;
                }
            }
        }

        return default;
    }

    private void AddEntity(string kind, ValueMap? entity, object? error, string path)
    {
        if (error is not ValueMap fields)
        {
            AddAll(kind, entity, path, "", error);
            return;
        }

        foreach ((string field, object? inner) in fields)
        {
            if (inner is ValueList nested && entity?.Get(field) is ValueList items && items.Any(static item => item is ValueMap))
            {
                AddList(field, items, nested, $"{path}/{Escaped(field)}");
            }
            else
            {
                AddAll(kind, entity, path, field == "@entity" ? "" : field, inner);
            }
        }
    }

    private void AddAll(string? kind, ValueMap? entity, string path, string field, object? error)
    {
        switch (error)
        {
            case null:
                return;
            case ValueMap map:
                foreach ((string name, object? inner) in map)
                {
                    AddAll(kind, entity, path, name == "@entity" ? field : Joined(field, name), inner);
                }

                return;
            case ValueList list:
                for (int i = 0; i < list.Count; i++)
                {
                    AddAll(kind, entity, path, field.Length == 0 ? "" : Joined(field, (i + 1).ToString(CultureInfo.InvariantCulture)), list[i]);
                }

                return;
            default:
                Add(kind, entity, path, field, error);
                return;
        }
    }

    private void Add(string? kind, ValueMap? entity, string path, string field, object error)
    {
        ValueMap one = [];
        if (path.Length > 0)
        {
            one["position"] = path;
        }

        if (kind is not null)
        {
            one["entity_type"] = EntityLabel.TypeOf(kind);
        }

        if (entity?.GetString("id") is { } id)
        {
            one["entity_id"] = id;
        }

        if ((entity?.GetString("name") ?? entity?.GetString("username")) is { } entityName)
        {
            one["entity_name"] = entityName;
        }

        if (field.Length > 0)
        {
            one["field"] = field;
        }

        one["message"] = error;
        _found.Add(one);
    }

    private static string Joined(string field, string name) => field.Length == 0 ? name : $"{field}.{name}";

    private static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
