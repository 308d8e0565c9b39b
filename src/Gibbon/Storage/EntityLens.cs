using System.Linq.Expressions;
using System.Reflection;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Storage;

/// <summary>
/// Reads from entities of one kind what the store must know of them: the id, unique values, references, tags. Entities are records of the
/// schema's type, or plain values where the schema has none (those of Lua plugins).
/// </summary>
internal sealed class EntityLens
{
    readonly Func<object, object?> id;
    readonly Func<object, object?>? tags;
    readonly DeterministicId? madeIds;

    public EntityLens(Schema schema)
    {
        Schema = schema;
        var primaryKey = schema.PrimaryKey[0];
        id = schema.PrimaryKey.Length > 1
            ? entity => KeyText(schema, entity as ValueMap ?? Schema.Unbind(entity))
            : Getter(schema, primaryKey) ?? throw new ArgumentException($"'{schema.Name}' has no field '{primaryKey}'", nameof(schema));
        madeIds = schema.PrimaryKey is ["id"] ? null : new DeterministicId(schema.Name);
        tags = Getter(schema, "tags");
        UniqueFields = [.. schema.Fields.Where(static field => field.Unique is true).Select(field => (field.Name, TextGetter(schema, field.Name)))];
        ForeignFields = [.. schema.Fields.Where(static field => field.Reference is not null).Select(field => (field.Name, ReferenceGetter(schema, field.Name)))];
    }

    public Schema Schema { get; }

    /// <summary>The fields whose value only one entity may have, and how to read them as text.</summary>
    public (string Name, Func<object, string?> Read)[] UniqueFields { get; }

    /// <summary>The fields that refer to other entities, and how to read the other's id.</summary>
    public (string Name, Func<object, Guid?> Read)[] ForeignFields { get; }

    /// <summary>The id; of a kind that is identified otherwise, one made of what identifies it.</summary>
    public Guid IdOf(object entity) => id(entity) switch
    {
        Guid value => value,
        string text when madeIds is null && Guid.TryParse(text, out var value) => value,
        var key => (madeIds ?? throw new ArgumentException($"an entity of '{Schema.Name}' has no id", nameof(entity))).Of(Value.ToText(key)),
    };

    /// <summary>The id of the entity that has this primary key.</summary>
    public Guid IdOfKey(ValueMap key) => madeIds is { } made ? made.Of(KeyText(Schema, key)) : Guid.Parse(key.GetString("id")!);

    /// <summary>A primary key as one text.</summary>
    public static string KeyText(Schema schema, ValueMap entity) => schema.PrimaryKey.Length == 1
        ? TextOf(entity.Get(schema.PrimaryKey[0])) ?? ""
        : string.Join(':', schema.PrimaryKey.Select(name => TextOf(entity.Get(name)) ?? ""));

    public IReadOnlyList<string> TagsOf(object entity) => tags?.Invoke(entity) switch
    {
        IReadOnlyList<string> list => list,
        ValueList list => [.. list.OfType<string>()],
        _ => [],
    };

    /// <summary>A value as the indexes of unique fields hold it.</summary>
    public static string? TextOf(object? value) => value switch
    {
        null => null,
        string text => text,
        Guid other => other.ToString(),
        IEntityReference reference => reference.Id.ToString(),
        ValueMap map => map.GetString("id"),
        _ => Value.ToText(value),
    };

    static Func<object, string?> TextGetter(Schema schema, string field)
    {
        var read = Getter(schema, field);
        return entity => TextOf(read?.Invoke(entity));
    }

    static Func<object, Guid?> ReferenceGetter(Schema schema, string field)
    {
        var read = Getter(schema, field);
        return entity => read?.Invoke(entity) switch
        {
            IEntityReference reference => reference.Id,
            ValueMap map when Guid.TryParse(map.GetString("id"), out var value) => value,
            _ => null,
        };
    }

    static Func<object, object?>? Getter(Schema schema, string field)
    {
        if (schema.ClrType is not { } type)
        {
            return entity => ((ValueMap)entity).Get(field);
        }
        var property = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).FirstOrDefault(property => NameOf(property) == field);
        if (property is null)
        {
            return null;
        }
        // Most kinds have no entities: what reads them is compiled when it is first needed.
        Func<object, object?>? compiled = null;
        return entity => (compiled ??= Compile(type, property))(entity);
    }

    static Func<object, object?> Compile(Type type, PropertyInfo property)
    {
        var entity = Expression.Parameter(typeof(object));
        var value = Expression.Convert(Expression.Property(Expression.Convert(entity, type), property), typeof(object));
        return Expression.Lambda<Func<object, object?>>(value, entity).Compile();
    }

    static string NameOf(PropertyInfo property) => property.GetCustomAttribute<NameAttribute>()?.Name ?? string.Concat(
        property.Name.Select(static (letter, place) => char.IsAsciiLetterUpper(letter) ? (place > 0 ? "_" : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
