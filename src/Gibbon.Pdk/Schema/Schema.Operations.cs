using System.Collections.Concurrent;

namespace Gibbon.Pdk.Schemas;

/// <content>What is done with entities. All of it leaves its input as it is.</content>
public sealed partial class Schema
{
    readonly ConcurrentDictionary<string, Schema> specialized = new(StringComparer.Ordinal);

    /// <summary>
    /// Makes a new entity of what was sent: shorthands are expanded, automatic values and defaults filled in, everything is checked. With
    /// <see cref="Operation.Upsert"/> the same for an entity that replaces another.
    /// </summary>
    /// <param name="input">What was sent.</param>
    /// <param name="operation">Insert or upsert.</param>
    /// <param name="entity">The entity, ready for <see cref="Transform"/> and the store; whole, with explicit nulls.</param>
    /// <returns>What is wrong, or <c>null</c>.</returns>
    public SchemaErrors? Create(ValueMap input, Operation operation, out ValueMap entity)
    {
        if (Prepare(input, operation, out entity) is { } errors)
        {
            return errors;
        }
        return Validate(entity, operation);
    }

    /// <summary>Changes a stored entity: the changes are laid over it, and the whole is checked.</summary>
    /// <param name="changes">What was sent.</param>
    /// <param name="stored">The entity as it is in the store.</param>
    /// <param name="entity">The changed entity.</param>
    /// <returns>What is wrong, or <c>null</c>.</returns>
    public SchemaErrors? Update(ValueMap changes, ValueMap stored, out ValueMap entity)
    {
        // The subschema that decides about fields and defaults may be chosen by the stored entity.
        var schema = For(changes) ?? For(stored) ?? this;
        if (schema.PrepareWith(changes, Operation.Update, out var prepared) is { } errors)
        {
            entity = prepared;
            return errors;
        }
        entity = Merging.Merge(schema, prepared, stored, Options.Clock.GetUtcNow(), keepUnknown: !ReferenceEquals(schema, For(stored) ?? this));
        return CheckImmutable(prepared, stored) ?? Validate(entity, Operation.Update, changes, stored);
    }

    /// <summary>Brings what was sent into shape without checking more than shorthands: automatic values, defaults, sets.</summary>
    public SchemaErrors? Prepare(ValueMap input, Operation operation, out ValueMap entity) => (For(input) ?? this).PrepareWith(input, operation, out entity);

    SchemaErrors? PrepareWith(ValueMap input, Operation operation, out ValueMap entity)
    {
        ValueMap? errors = null;
        var expanded = Shorthands.Length > 0 || HasShorthands ? Schemas.Shorthands.Expand(this, input, operation, ref errors) : input;
        entity = errors is null ? Completion.Complete(this, expanded, operation, Options.Clock.GetUtcNow()) : expanded;
        return errors is null ? null : new SchemaErrors(errors);
    }

    /// <summary>Checks an entity that was brought into shape.</summary>
    /// <returns>What is wrong, or <c>null</c>.</returns>
    public SchemaErrors? Validate(ValueMap entity, Operation operation) => Validate(entity, operation, entity, null);

    /// <summary>Checks an entity that was brought into shape.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="operation">What is done with it.</param>
    /// <param name="input">What was sent: of what goes into a hash, all or nothing.</param>
    /// <returns>What is wrong, or <c>null</c>.</returns>
    public SchemaErrors? Validate(ValueMap entity, Operation operation, ValueMap input) => Validate(entity, operation, input, null);

    SchemaErrors? Validate(ValueMap entity, Operation operation, ValueMap input, ValueMap? stored)
    {
        if (SubschemaKey is not null && For(entity) is null)
        {
            return new SchemaErrors(SubschemaKey, SubschemaFailure(entity));
        }
        var schema = For(entity) ?? this;
        var errors = Validation.CheckFields(schema, entity, operation, within: false, allowsTtl: Ttl);
        if (operation != Operation.Select)
        {
            errors = schema.CheckTransformations(entity, input, stored, errors);
        }
        if (errors is null && schema.WholeCheck?.Invoke(entity) is { } error)
        {
            errors = new ValueMap { ["@entity"] = new ValueList { error } };
        }
        return errors is null ? null : new SchemaErrors(errors);
    }

    /// <summary>Checks one value against one field.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="value">The value.</param>
    /// <returns>What is wrong, a text or a tree of texts, or <c>null</c>.</returns>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    public object? CheckField(string field, object? value) => Validation.Check(
        Find(field) ?? throw new ArgumentException($"there is no field '{field}'", nameof(field)), value, Operation.Select);

    /// <summary>Checks that a map is a primary key and nothing else.</summary>
    /// <param name="key">The key.</param>
    /// <param name="ignoreOthers">Whether it may have other entries too.</param>
    public SchemaErrors? ValidatePrimaryKey(ValueMap key, bool ignoreOthers = false)
    {
        ValueMap? errors = null;
        foreach (var name in PrimaryKey)
        {
            var field = Find(name)!;
            var error = !key.TryGetValue(name, out var value) ? "missing primary key"
                : value is null && (field.IsRequired || field.Auto) ? "required field missing"
                : Validation.Check(field, value, Operation.Select);
            if (error is not null)
            {
                (errors ??= [])[name] = error;
            }
        }
        foreach (var (name, _) in key)
        {
            if (!ignoreOthers && !PrimaryKey.Contains(name))
            {
                (errors ??= [])[name] = "not a primary key";
            }
        }
        return errors is null ? null : new SchemaErrors(errors);
    }

    /// <summary>Repairs an entity that was read from a store: what the schema does not know is left out, what has a default and may not be null gets it.</summary>
    /// <param name="stored">The entity as it was read.</param>
    /// <param name="keepNulls">Whether nulls stay, as the Admin API shows them; otherwise they are left out.</param>
    /// <param name="showShorthands">Whether names of fields that have moved are shown beside the new ones, as answers do.</param>
    public ValueMap Select(ValueMap stored, bool keepNulls = true, bool showShorthands = false)
    {
        var schema = For(stored) ?? this;
        var entity = Completion.Complete(schema, stored, Operation.Select, Options.Clock.GetUtcNow(), keepNulls);
        if (Ttl && stored.TryGetValue("ttl", out var ttl))
        {
            entity["ttl"] = ttl;
        }
        foreach (var field in schema.Fields)
        {
            if (field.BeyondKong && entity.TryGetValue(field.Name, out var value) && value is null)
            {
                entity.Remove(field.Name);
            }
        }
        if (showShorthands)
        {
            Schemas.Shorthands.Show(schema, entity);
        }
        return entity;
    }

    /// <summary>The deprecations of the fields and shorthands that were given a value: worth a note in the log, each once.</summary>
    /// <param name="input">What was sent.</param>
    public IReadOnlyList<Deprecation> DeprecationsIn(ValueMap input)
    {
        List<Deprecation> found = [];
        Deprecations.Find(For(input) ?? this, input, found);
        return found;
    }

    /// <summary>The schema with the subschema that an entity chooses; the schema itself when it has none; <c>null</c> when the choice fails.</summary>
    public Schema? For(ValueMap entity)
    {
        if (SubschemaKey is null)
        {
            return this;
        }
        var choice = entity.Get(SubschemaKey) ?? Find(SubschemaKey)?.Default;
        return (choice is ValueList list ? list.FirstOrDefault() : choice) is string value && Subschemas.TryGetValue(value, out var subschema)
            ? specialized.GetOrAdd(value, static (_, pair) => pair.Schema.Specialize(pair.Subschema), (Schema: this, Subschema: subschema))
            : null;
    }

    /// <summary>The value by which caches hold the entity: <c>services:id:::::workspace</c>, always seven parts.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="workspace">The id of the workspace; empty for entities that belong to none.</param>
    public string CacheKeyOf(ValueMap entity, string workspace)
    {
        var parts = (CacheKey.Length > 0 ? CacheKey : PrimaryKey).Select(name => KeyPart(entity.Get(name))).ToList();
        if (CacheKey.Length > 0 && parts.TrueForAll(static part => part.Length == 0))
        {
            parts = [.. PrimaryKey.Select(name => KeyPart(entity.Get(name)))];
        }
        parts.AddRange(Enumerable.Repeat("", Math.Max(0, 5 - parts.Count)));
        return $"{Name}:{string.Join(':', parts)}:{(Workspaceable ? workspace : "")}";
    }

    /// <summary>The schema as <c>/schemas/…</c> of the Admin API shows it.</summary>
    public ValueMap Describe() => SchemaWriter.Write(this);

    /// <summary>The entity as a C# record. It must be valid.</summary>
    public static T Bind<T>(ValueMap entity) where T : class => Converter<T>.Instance.Read(entity);

    /// <summary>The entity as a C# record of the type the schema was made of. It must be valid.</summary>
    /// <exception cref="InvalidOperationException">The schema was not made of a C# record.</exception>
    public object Bind(ValueMap entity) =>
        Converter.Of(ClrType ?? throw new InvalidOperationException($"the schema '{Name}' was not made of a record")).ReadObject(entity)!;

    /// <summary>Data as a C# record: an entity, or a plugin's configuration. It must be valid.</summary>
    public static object Bind(Type type, ValueMap data) => Converter.Of(type).ReadObject(data)!;

    /// <summary>A C# record as data; automatic values that were never set are missing.</summary>
    public static ValueMap Unbind<T>(T record) where T : class => (ValueMap)Converter<T>.Instance.Write(record)!;

    /// <summary>A C# record of any type as data; automatic values that were never set are missing.</summary>
    public static ValueMap Unbind(object record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return (ValueMap)Converter.Unbind(record.GetType(), record)!;
    }

    static string KeyPart(object? value) => value switch
    {
        null => "",
        ValueMap reference => Value.ToText(reference.Get("id") ?? ""),
        _ => Value.ToText(value),
    };

    string SubschemaFailure(ValueMap entity)
    {
        var choice = entity.Get(SubschemaKey!);
        if (choice is null)
        {
            return "required field missing";
        }
        var value = choice is ValueList list ? list.Count > 0 ? Value.ToText(list[0]) : "nil" : Value.ToText(choice);
        return (SubschemaError ?? "unknown type: %s").Replace("%s", value, StringComparison.Ordinal);
    }

    SchemaErrors? CheckImmutable(ValueMap changes, ValueMap stored)
    {
        ValueMap? errors = null;
        foreach (var field in Fields)
        {
            if (field.Immutable && changes.TryGetValue(field.Name, out var value) && !Value.DeepEquals(value, stored.Get(field.Name)))
            {
                (errors ??= [])[field.Name] = "immutable field cannot be updated";
            }
        }
        return errors is null ? null : new SchemaErrors(errors);
    }

    /// <summary>This schema with the fields that a subschema says more about, and with its checks after one's own.</summary>
    Schema Specialize(Schema subschema) => new(Name, Fields.Select(field => subschema.Find(field.Name) ?? field))
    {
        EntityChecks = [.. EntityChecks, .. subschema.EntityChecks],
        Shorthands = [.. Shorthands, .. subschema.Shorthands],
        WholeCheck = WholeCheck,
        ClrType = ClrType,
        PrimaryKey = PrimaryKey,
        EndpointKey = EndpointKey,
        CacheKey = CacheKey,
        Workspaceable = Workspaceable,
        Ttl = Ttl,
        Transformations = [.. Transformations, .. subschema.Transformations],
        Options = Options,
    };
}
