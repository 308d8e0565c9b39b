using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>Writes schemas as <c>/schemas/…</c> of the Admin API shows them. Code is left out; it cannot be shown.</summary>
static class SchemaWriter
{
    public static ValueMap Write(Schema schema) => new()
    {
        ["entity_checks"] = Write(schema.EntityChecks),
        ["fields"] = Write(schema.Fields),
    };

    public static ValueMap Write(Field field)
    {
        var map = new ValueMap();
        if (field.Type != FieldType.Any)
        {
            map["type"] = field.Type.Word;
        }
        AddSaid(map, "required", field.Required);
        if (field.HasDefault)
        {
            map["default"] = field.Default;
        }
        foreach (var validator in field.Validators)
        {
            if (validator.Shown)
            {
                map[validator.Name] = validator.Argument;
            }
        }
        AddSaid(map, "err", field.Error);
        AddSaid(map, "elements", field.Elements is null ? null : Write(field.Elements));
        AddSaid(map, "keys", field.Keys is null ? null : Write(field.Keys));
        AddSaid(map, "values", field.Values is null ? null : Write(field.Values));
        AddRecord(map, field);
        AddSaid(map, "reference", field.Reference);
        AddSaid(map, "on_delete", field.OnDelete?.Word);
        AddSaid(map, "unique", field.Unique);
        AddFlags(map, field);
        AddSaid(map, "deprecation", field.Deprecation is null ? null : Write(field.Deprecation));
        AddSaid(map, "json_schema", field.Json is null ? null : Write(field.Json));
        AddSaid(map, "description", field.Description);
        AddSaid(map, "examples", field.Examples);
        return map;
    }

    static void AddRecord(ValueMap map, Field field)
    {
        if (field.Record is not { } record || field.Abstract)
        {
            return;
        }
        map["fields"] = Write(record.Fields);
        if (record.EntityChecks.Any(static check => check.Shown))
        {
            map["entity_checks"] = Write(record.EntityChecks);
        }
        if (record.Shorthands.Length > 0)
        {
            map["shorthand_fields"] = Write(record.Shorthands.Select(static shorthand => shorthand.Field));
        }
    }

    static void AddFlags(ValueMap map, Field field)
    {
        AddTrue(map, "auto", field.Auto);
        AddTrue(map, "unique_across_ws", field.UniqueAcrossWorkspaces);
        AddTrue(map, "immutable", field.Immutable);
        AddTrue(map, "abstract", field.Abstract);
        AddTrue(map, "encrypted", field.Encrypted);
        AddTrue(map, "referenceable", field.Referenceable);
        AddTrue(map, "transient", field.Transient);
        AddTrue(map, "nilable", field.Nilable);
    }

    /// <summary>Fields beyond Kong are not shown: Kong's own clients read this.</summary>
    static ValueList Write(IEnumerable<Field> fields) =>
        [.. fields.Where(static field => !field.BeyondKong).Select(static field => new ValueMap { [field.Name] = Write(field) })];

    static ValueList Write(ImmutableArray<EntityCheck> checks) => [.. checks.Where(static check => check.Shown).Select(static check => new ValueMap { [check.Name] = check.Describe() })];

    static ValueMap Write(Deprecation deprecation)
    {
        var map = new ValueMap { ["message"] = deprecation.Message, ["removal_in_version"] = deprecation.RemovalInVersion };
        if (deprecation.HasOldDefault)
        {
            map["old_default"] = deprecation.OldDefault;
        }
        if (deprecation.ReplacedWith.Length > 0)
        {
            map["replaced_with"] = new ValueList(deprecation.ReplacedWith.Select(static item => new ValueMap { ["path"] = new ValueList(item.Path) }));
        }
        return map;
    }

    static ValueMap Write(JsonFieldSchema json)
    {
        var map = new ValueMap();
        AddSaid(map, "inline", json.Inline);
        AddSaid(map, "namespace", json.Namespace);
        AddSaid(map, "parent_subschema_key", json.ParentSubschemaKey);
        AddTrue(map, "optional", json.Optional);
        AddSaid(map, "default", json.Default);
        return map;
    }

    static void AddSaid(ValueMap map, string name, object? value)
    {
        if (value is not null)
        {
            map[name] = value;
        }
    }

    static void AddTrue(ValueMap map, string name, bool value)
    {
        if (value)
        {
            map[name] = true;
        }
    }
}
