using System.Collections.Concurrent;
using Gibbon.Pdk.Entities;

namespace Gibbon.Pdk.Schemas;

/// <summary>Turns untyped values into those of one C# type and back. The values are expected to be valid.</summary>
abstract class Converter
{
    static readonly ConcurrentDictionary<Type, Converter> Known = new();

    public static Converter Of(Type type) => Known.GetOrAdd(type, static type => Create(type));

    public static object? Unbind(Type type, object value) => Of(type).WriteObject(value);

    public abstract object? ReadObject(object value);

    public abstract object? WriteObject(object value);

    /// <summary>The type of field that a C# type stands for, with the types of its elements or values and of its keys.</summary>
    public static FieldType KindOf(Type type, out Type? element, out Type? key)
    {
        (element, key) = (null, null);
        if (type.IsGenericType)
        {
            var definition = type.GetGenericTypeDefinition();
            var arguments = type.GetGenericArguments();
            if (definition == typeof(IReadOnlyDictionary<,>))
            {
                (key, element) = (arguments[0], arguments[1]);
                return FieldType.Map;
            }
            if (definition == typeof(IReadOnlyList<>))
            {
                element = arguments[0];
                return FieldType.Array;
            }
            if (definition == typeof(EntityReference<>))
            {
                return FieldType.Foreign;
            }
        }
        return type switch
        {
            _ when type == typeof(string) || type == typeof(Guid) || type.IsEnum => FieldType.String,
            _ when type == typeof(bool) => FieldType.Boolean,
            _ when type == typeof(int) || type == typeof(long) || type == typeof(DateTimeOffset) => FieldType.Integer,
            _ when type == typeof(double) => FieldType.Number,
            _ when type == typeof(object) => FieldType.Any,
            _ when type == typeof(ValueMap) => FieldType.Record,
            _ when type.IsClass && !type.IsAbstract => FieldType.Record,
            _ => throw new NotSupportedException($"no field can be of type {type}"),
        };
    }

    static Converter Create(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Make(typeof(NullableConverter<>), underlying);
        }
        var kind = KindOf(type, out var element, out _);
        return kind switch
        {
            FieldType.Array => Make(typeof(ListConverter<>), element!),
            FieldType.Map => Make(typeof(MapConverter<>), element!),
            FieldType.Foreign => Make(typeof(ReferenceConverter<>), type.GetGenericArguments()[0]),
            FieldType.Record when type != typeof(ValueMap) => Make(typeof(RecordConverter<>), type),
            FieldType.String when type.IsEnum => Make(typeof(EnumConverter<>), type),
            _ when type == typeof(int) => new IntConverter(),
            _ when type == typeof(double) => new DoubleConverter(),
            _ when type == typeof(Guid) => new GuidConverter(),
            _ when type == typeof(DateTimeOffset) => new TimeConverter(),
            _ => Make(typeof(PlainConverter<>), type),
        };
    }

    static Converter Make(Type definition, Type argument) => (Converter)Activator.CreateInstance(definition.MakeGenericType(argument))!;
}

/// <summary>Turns untyped values into those of one C# type and back.</summary>
abstract class Converter<T> : Converter
{
    public static Converter<T> Instance { get; } = (Converter<T>)Of(typeof(T));

    public abstract T Read(object value);

    public abstract object? Write(T value);

    public sealed override object? ReadObject(object value) => Read(value);

    public sealed override object? WriteObject(object value) => Write((T)value);
}
