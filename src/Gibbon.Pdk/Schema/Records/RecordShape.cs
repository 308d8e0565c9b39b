using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Gibbon.Pdk.Schemas;

/// <summary>The properties of a record that are fields, in the order in which they were declared, those of its ancestors first.</summary>
sealed class RecordShape
{
    static readonly ConcurrentDictionary<Type, RecordShape> Shapes = new();

    RecordShape(Type type)
    {
        var nullability = new NullabilityInfoContext();
        Prototype = Activator.CreateInstance(type, nonPublic: true)!;
        Properties = [.. Declared(type).Select(property => new RecordProperty(property, nullability))];
    }

    /// <summary>A record of which nothing was said: the defaults.</summary>
    public object Prototype { get; }

    public ImmutableArray<RecordProperty> Properties { get; }

    public static RecordShape Of(Type type) => Shapes.GetOrAdd(type, static type => new RecordShape(type));

    static IEnumerable<PropertyInfo> Declared(Type type)
    {
        var ancestors = type.BaseType is { } parent && parent != typeof(object) ? Declared(parent) : [];
        return ancestors.Concat(type
            .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(static property => property.SetMethod is not null && !property.IsDefined(typeof(NotAFieldAttribute)))
            .OrderBy(static property => property.MetadataToken));
    }
}

/// <summary>A property that is a field.</summary>
sealed class RecordProperty
{
    public RecordProperty(PropertyInfo info, NullabilityInfoContext nullability)
    {
        Info = info;
        Name = info.GetCustomAttribute<NameAttribute>()?.Name ?? SchemaWords.Snake(info.Name);
        Type = Nullable.GetUnderlyingType(info.PropertyType) ?? info.PropertyType;
        IsNullable = nullability.Create(info).WriteState == NullabilityState.Nullable;
        IsRequired = info.IsDefined(typeof(RequiredMemberAttribute));
        IsBeyondKong = info.IsDefined(typeof(BeyondKongAttribute));
    }

    public PropertyInfo Info { get; }

    /// <summary>The name in data.</summary>
    public string Name { get; }

    /// <summary>The type, without <see cref="Nullable{T}"/>.</summary>
    public Type Type { get; }

    public bool IsNullable { get; }

    /// <summary>Whether C# demands a value, so that there is no default.</summary>
    public bool IsRequired { get; }

    public bool IsBeyondKong { get; }
}
