using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Sql;

/// <summary>What a column holds. A dialect has its own word for each.</summary>
internal enum SqlType
{
    Text,
    Uuid,
    Boolean,
    Integer,
    Number,

    /// <summary>A point in time; in values seconds since 1970, with a fraction where there is one.</summary>
    Time,

    /// <summary>A record, a map, or anything nested.</summary>
    Json,
}

/// <summary>One column of a table.</summary>
/// <param name="Name">Its name in the database: <c>service_id</c>.</param>
/// <param name="Type">What it holds, or what each element of an array is.</param>
internal sealed record SqlColumn(string Name, SqlType Type)
{
    /// <summary>The column in which every table of a workspace's entities has the workspace.</summary>
    public const string Workspace = "ws_id";

    /// <summary>The column in which tables whose cache key has several fields have that key, so that it is unique.</summary>
    public const string CacheKey = "cache_key";

    /// <summary>The column in which entities that may expire have the time at which they do.</summary>
    public const string Ttl = "ttl";

    public bool IsArray { get; init; }

    /// <summary>The field it holds; null for the three columns above.</summary>
    public Field? Field { get; init; }

    /// <summary>The kind of entity that a foreign key refers to: <c>services</c>.</summary>
    public string? Reference => Field?.Reference;

    /// <summary>Whether Kong's own table lacks it.</summary>
    public bool BeyondKong => Field is { BeyondKong: true };

    /// <summary>The column of a field; null when stores leave the field out.</summary>
    public static SqlColumn? Of(Field field)
    {
        if (field.Transient)
        {
            return null;
        }

        return field.Reference is not null ? new SqlColumn(field.Name + "_id", SqlType.Uuid) { Field = field }
            : field.Type is FieldType.Array or FieldType.Set ? ArrayOf(field)
            : new SqlColumn(field.Name, TypeOf(field)) { Field = field };
    }

    private static SqlColumn ArrayOf(Field field) => new(field.Name, TypeOf(field.Elements!)) { IsArray = true, Field = field };

    private static SqlType TypeOf(Field field) => field.Type switch
    {
        _ when field.Find<TimestampValidator>() is not null => SqlType.Time,
        FieldType.String => field.Find<UuidValidator>() is null ? SqlType.Text : SqlType.Uuid,
        FieldType.Boolean => SqlType.Boolean,
        FieldType.Integer => SqlType.Integer,
        FieldType.Number => SqlType.Number,
        _ => SqlType.Json,
    };
}
