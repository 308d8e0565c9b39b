using System.Collections.Immutable;
using System.Reflection;

namespace Gibbon.Pdk.Schemas;

/// <summary>Reads a C# record as a schema: properties are fields, initialisers defaults, attributes demands, <c>Configure</c> the rest.</summary>
static class SchemaReader
{
    public static Schema Entity(Type type, SchemaOptions options)
    {
        var entity = type.GetCustomAttribute<EntityAttribute>();
        var builder = Build(type, options);
        return new Schema(entity?.Name ?? SchemaWords.Snake(type.Name), builder.Fields.Select(FieldForcing.Within))
        {
            ClrType = type,
            EntityChecks = [.. builder.Checks],
            Shorthands = [.. builder.Shorthands],
            WholeCheck = builder.WholeCheck,
            Transformations = [.. builder.Transformations],
            SubschemaKey = builder.SubschemaKey,
            SubschemaError = builder.SubschemaError,
            Subschemas = builder.Subschemas.ToImmutableDictionary(StringComparer.Ordinal),
            PrimaryKey = [.. entity?.PrimaryKey ?? []],
            EndpointKey = entity?.EndpointKey,
            CacheKey = [.. entity?.CacheKey ?? []],
            Workspaceable = entity?.Workspaceable ?? false,
            GenerateAdminApi = entity?.GenerateAdminApi ?? false,
            AdminApiName = entity?.AdminApiName,
            AdminApiNestedName = entity?.AdminApiNestedName,
            TableName = entity?.TableName,
            Ttl = entity?.Ttl ?? false,
            Exported = entity?.Exported ?? true,
            BeyondKong = type.IsDefined(typeof(BeyondKongAttribute), inherit: false),
            Options = options,
        };
    }

    public static Field Config(Type type, SchemaOptions options, out SchemaBuilder builder)
    {
        builder = Build(type, options);
        var field = new Field { Name = "config", Type = FieldType.Record, Required = true, Record = Finish(type, builder) };
        return FieldForcing.Within(field);
    }

    static RecordSchema Record(Type type, SchemaOptions options) => Finish(type, Build(type, options));

    static RecordSchema Finish(Type type, SchemaBuilder builder) => new(builder.Fields)
    {
        ClrType = type,
        EntityChecks = [.. builder.Checks],
        Shorthands = [.. builder.Shorthands],
        WholeCheck = builder.WholeCheck,
    };

    static SchemaBuilder Build(Type type, SchemaOptions options)
    {
        var prototype = RecordShape.Of(type).Prototype;
        var builder = new SchemaBuilder(RecordShape.Of(type).Properties.Select(property => FieldOf(property, prototype, options)), options);
        if (typeof(IConfigureSchema).IsAssignableFrom(type))
        {
            type.GetInterfaceMap(typeof(IConfigureSchema)).TargetMethods.Single().Invoke(null, BindingFlags.DoNotWrapExceptions, null, [builder], null);
        }
        return builder;
    }

    static Field FieldOf(RecordProperty property, object prototype, SchemaOptions options)
    {
        var field = FieldOf(property.Type, options) with { Name = property.Name, BeyondKong = property.IsBeyondKong };
        if (!property.IsNullable)
        {
            field = field with { Required = true };
        }
        if (!property.IsRequired && property.Info.GetValue(prototype) is { } initial)
        {
            field = WithDefault(field, property, initial);
        }
        foreach (var attribute in property.Info.GetCustomAttributes<FieldAttribute>(inherit: true))
        {
            field = attribute.ApplyTo(field);
        }
        return field;
    }

    /// <summary>The initialiser's value is the default; of a record only what differs from the defaults of its own fields.</summary>
    static Field WithDefault(Field field, RecordProperty property, object initial)
    {
        var value = Converter.Unbind(property.Info.PropertyType, initial);
        if (field.Type != FieldType.Record)
        {
            return field with { HasDefault = true, Default = value is ValueList list ? WithoutNulls(list) : value };
        }
        var own = property.Type == typeof(ValueMap) ? [] : (ValueMap)Converter.Unbind(property.Type, RecordShape.Of(property.Type).Prototype)!;
        var different = new ValueMap(((ValueMap)value!).Where(entry => !own.TryGetValue(entry.Key, out var other) || !Value.DeepEquals(entry.Value, other)));
        return different.Count == 0 ? field : field with { HasDefault = true, Default = different };
    }

    // Records in a list say only what is set.
    static ValueList WithoutNulls(ValueList list) =>
        [.. list.Select(static item => item is ValueMap map ? new ValueMap(map.Where(static entry => entry.Value is not null)) : item)];

    static Field FieldOf(Type type, SchemaOptions options)
    {
        var kind = Converter.KindOf(type, out var element, out var key);
        return kind switch
        {
            FieldType.Array => new Field { Type = kind, Elements = FieldOf(element!, options) },
            FieldType.Map when element is not null => new Field { Type = kind, Keys = FieldOf(key!, options), Values = FieldOf(element, options) },
            FieldType.Record when type != typeof(ValueMap) => new Field { Type = kind, Record = Record(type, options) },
            FieldType.Foreign => new Field { Type = kind, Reference = ReferenceName(type) },
            _ => Special(new Field { Type = kind }, type),
        };
    }

    static Field Special(Field field, Type type)
    {
        if (type == typeof(Guid))
        {
            return field.With(new UuidValidator());
        }
        if (type == typeof(DateTimeOffset))
        {
            return field.With(new TimestampValidator());
        }
        return type.IsEnum ? field.With(new OneOfValidator([.. EnumNames.Of(type).KongsNames]) { BeyondKong = [.. EnumNames.Of(type).OwnNames] }) : field;
    }

    static string ReferenceName(Type reference)
    {
        var target = reference.GetGenericArguments()[0];
        return target.GetCustomAttribute<EntityAttribute>()?.Name ?? SchemaWords.Snake(target.Name);
    }
}
