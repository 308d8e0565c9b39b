using System.Diagnostics.CodeAnalysis;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>The texts under which caches hold entities: <c>keyauth_credentials:secret:::::workspace</c>, seven parts.</summary>
internal static class CacheKeys
{
    const int Parts = 5;

    public static string Of(Schema schema, object entity, Guid workspace) =>
        schema.CacheKeyOf(entity as ValueMap ?? Schema.Unbind(entity), workspace.ToString());

    /// <summary>The key that databases keep beside an entity whose key has several fields, so that no other gets the same.</summary>
    public static string Stored(Schema schema, ValueMap entity, Guid workspace) => schema.Name switch
    {
        // Kong's own exception: a key is unique within its set, whatever the workspace.
        "keys" => $"keys:{entity.GetString("kid")}:{entity.GetMap("set")?.GetString("id")}",

        // The fifth place is the consumer group's, where there is one.
        "plugins" when entity.GetMap("consumer_group")?.GetString("id") is { } group => WithFifth(schema.CacheKeyOf(entity, workspace.ToString()), group, workspace),
        _ => schema.CacheKeyOf(entity, workspace.ToString()),
    };

    static string WithFifth(string key, string value, Guid workspace) => $"{key.AsSpan(0, key.Length - workspace.ToString().Length - 1)}{value}:{workspace}";

    /// <summary>The key of the entity with these values.</summary>
    public static string Of(Schema schema, ReadOnlySpan<string> values, Guid workspace)
    {
        if (values.Length is 0 or > Parts)
        {
            throw new ArgumentException($"a cache key has one to {Parts} values", nameof(values));
        }

        // Asked for by every request that brings a credential: one text is made, the key itself.
        var given = values.Length == 1 ? values[0] : string.Join(':', values!);
        var empty = "::::".AsSpan(values.Length - 1);
        return schema.Workspaceable ? $"{schema.Name}:{given}{empty}:{workspace}" : $"{schema.Name}:{given}{empty}:";
    }

    /// <summary>The one value of the key of a kind whose key has one; the value may itself hold colons.</summary>
    public static bool TryReadSingle(Schema schema, string cacheKey, [NotNullWhen(true)] out string? value)
    {
        value = null;
        var start = schema.Name.Length + 1;
        var end = cacheKey.LastIndexOf(':') - (Parts - 1);
        if (schema.CacheKey.Length > 1 || end < start || !cacheKey.StartsWith(schema.Name + ":", StringComparison.Ordinal))
        {
            return false;
        }
        value = cacheKey[start..end];
        return true;
    }
}
