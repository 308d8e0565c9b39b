using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>Reads one definition and gathers what is wrong with it, so that all of it is said at once.</summary>
sealed class DefinitionReader
{
    readonly List<string> failures = [];

    public void Fail(string field, string reason) => failures.Add($"{field}: {reason}");

    public void ThrowIfFailed(string name)
    {
        if (failures.Count > 0)
        {
            throw new SchemaDefinitionException(name, $"error in definition of '{name}': {string.Join(", ", failures)}");
        }
    }

    /// <summary>Fields from a list of maps with one entry each.</summary>
    public IReadOnlyList<Field> Fields(object? list, Func<Field, Field> forcing)
    {
        if (list is not (ValueList or null or ValueMap { Count: 0 }))
        {
            Fail("fields", "expected an array");
        }
        return [.. Named(list).Select(item => forcing(Field(item.Key, item.Value)))];
    }

    /// <summary>One field from its definition.</summary>
    public Field Field(string name, object? definition)
    {
        if (definition is Field ready)
        {
            return ready with { Name = name };
        }
        if (definition is not ValueMap map)
        {
            Fail(name, "expected a record");
            return new Field { Name = name, Type = FieldType.Any };
        }
        var known = Typedef(name, map);
        var type = known is null || map.ContainsKey("type") ? TypeOf(name, map) : known.Type;
        var field = (known ?? new Field { Type = type }) with
        {
            Name = name,
            Type = type,
            Required = map.Get("required") as bool? ?? known?.Required,
            HasDefault = map.ContainsKey("default") || known is { HasDefault: true },
            Default = map.ContainsKey("default") ? map.Get("default") : known?.Default,
            Error = map.GetString("err") ?? known?.Error,
            Elements = Part(name, map, "elements") ?? known?.Elements,
            Keys = Part(name, map, "keys") ?? known?.Keys,
            Values = Part(name, map, "values") ?? known?.Values,
            Record = type == FieldType.Record && map.ContainsKey("fields") ? Record(map) : known?.Record,
            Reference = map.GetString("reference") ?? known?.Reference,
            OnDelete = map.GetString("on_delete") is { } rule && Enum.TryParse<DeleteRule>(rule, ignoreCase: true, out var action) ? action : known?.OnDelete,
            Auto = map.Get("auto") as bool? ?? known is { Auto: true },
            Unique = map.Get("unique") as bool? ?? known?.Unique,
            UniqueAcrossWorkspaces = map.Get("unique_across_ws") as bool? ?? known is { UniqueAcrossWorkspaces: true },
            Immutable = map.Get("immutable") as bool? ?? known is { Immutable: true },
            Abstract = map.Get("abstract") is true,
            Encrypted = map.Get("encrypted") as bool? ?? known is { Encrypted: true },
            Referenceable = map.Get("referenceable") as bool? ?? known is { Referenceable: true },
            Transient = map.Get("transient") is true,
            Nilable = map.Get("nilable") is true,
            Json = map.GetMap("json_schema") is { } json ? ReadJson(json) : known?.Json,
            Deprecation = map.GetMap("deprecation") is { } deprecation ? ReadDeprecation(deprecation) : known?.Deprecation,
            Description = map.GetString("description") ?? known?.Description,
            Examples = map.GetList("examples") ?? known?.Examples,
        };
        return DefinitionValidators.Add(field, map);
    }

    /// <summary>The typedef that a definition begins with (<c>typedef: host</c>); what else it says comes on top.</summary>
    Field? Typedef(string name, ValueMap map)
    {
        if (map.GetString("typedef") is not { } typedef)
        {
            return null;
        }
        if (Typedefs.Find(typedef) is not { } known)
        {
            Fail(name, $"schema typedef error: definition {typedef} does not exist");
            return null;
        }
        return known;
    }

    FieldType TypeOf(string name, ValueMap map)
    {
        if (map.GetString("type") is not { } word)
        {
            // Matches in conditional checks say no type: that of the field holds.
            return FieldType.Any;
        }
        if (Enum.TryParse<FieldType>(word, ignoreCase: true, out var type))
        {
            return type;
        }
        Fail(name, $"invalid type: {word}");
        return FieldType.Any;
    }

    Field? Part(string name, ValueMap map, string part) => map.Get(part) switch
    {
        Field ready => ready,
        ValueMap definition => Field("", definition),
        null => MissingPart(name, map, part),
        _ => null,
    };

    Field? MissingPart(string name, ValueMap map, string part)
    {
        var isNeeded = !map.ContainsKey("typedef") && (map.GetString("type"), part) is ("array" or "set", "elements") or ("map", "keys" or "values");
        if (isNeeded)
        {
            Fail(name, $"error in schema definition: missing attribute {part}");
        }
        return null;
    }

    RecordSchema Record(ValueMap map) => new(Fields(map.Get("fields"), FieldForcing.None))
    {
        EntityChecks = Checks(map.Get("entity_checks")),
        Shorthands = ReadShorthands(map.Get("shorthand_fields")),
    };

    public ImmutableArray<EntityCheck> Checks(object? list) =>
        [.. Named(list).Select(item => DefinitionChecks.Read(this, item.Key, item.Value)).OfType<EntityCheck>()];

    public ImmutableArray<Shorthand> ReadShorthands(object? list) =>
        [.. Named(list).Select(item => ReadShorthand(item.Key, item.Value as ValueMap ?? []))];

    /// <summary>The entries of a list of maps with one entry each.</summary>
    static IEnumerable<KeyValuePair<string, object?>> Named(object? list) =>
        (list as ValueList ?? []).OfType<ValueMap>().Where(static item => item.Count == 1).Select(static item => item.GetAt(0));

    Shorthand ReadShorthand(string name, ValueMap map) => new()
    {
        Field = Field(name, map),
        Expand = map.Get("func") as Func<object?, ValueMap?> ?? (static _ => null),
        FromRecord = map.Get("translate_backwards") switch
        {
            Func<ValueMap, object?> function => function,
            ValueList path => record => FieldPath.TryGet(record, string.Join('.', path), out var value) ? value : null,
            _ => null,
        },
    };

    public static ImmutableArray<Transformation> Transformations(object? list) => list is ValueList items
        ? [.. items.OfType<ValueMap>().Select(static map => new Transformation
        {
            Input = Names(map.Get("input")),
            Needs = Names(map.Get("needs")),
            OnWrite = map.Get("on_write") as Func<ValueMap, TransformationResult>,
            OnRead = map.Get("on_read") as Func<ValueMap, TransformationResult>,
        })]
        : [];

    public static ImmutableArray<string> Names(object? list) => list is ValueList items ? [.. items.OfType<string>()] : [];

    public static Func<ValueMap, string?>? Function(object? function) => function as Func<ValueMap, string?>;

    static Deprecation ReadDeprecation(ValueMap map) => new()
    {
        Message = map.GetString("message") ?? "",
        RemovalInVersion = map.GetString("removal_in_version") ?? "",
        HasOldDefault = map.ContainsKey("old_default"),
        OldDefault = map.Get("old_default"),
        ReplacedWith =
        [
            .. (map.GetList("replaced_with") ?? []).OfType<ValueMap>().Select(static item => new Replacement(Names(item.Get("path")))
            {
                ToOld = item.Get("reverse_mapping_function") as Func<object?, object?>,
            }),
        ],
    };

    static JsonFieldSchema ReadJson(ValueMap map) => new()
    {
        Inline = map.GetMap("inline"),
        Namespace = map.GetString("namespace"),
        ParentSubschemaKey = map.GetString("parent_subschema_key"),
        Optional = map.Get("optional") is true,
        Default = map.GetMap("default"),
    };
}
