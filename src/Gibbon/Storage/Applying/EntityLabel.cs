using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Applying;

/// <summary>What people call an entity.</summary>
internal static class EntityLabel
{
    /// <summary>Its name, or what stands for one; null when it has none.</summary>
    public static string? Of(Schema schema, ValueMap values) =>
        (schema.EndpointKey is { } key ? values.Get(key) as string : null) ?? values.Get("name") as string ?? values.Get("custom_id") as string ?? values.Get("group") as string;

    /// <summary>The kind of one: <c>route</c>.</summary>
    public static string TypeOf(string kind) => kind.EndsWith('s') ? kind[..^1] : kind;
}
