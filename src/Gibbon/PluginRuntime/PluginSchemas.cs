using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginRuntime;

/// <summary>What the enabled plugins add to the schemas of the gateway.</summary>
internal static class PluginSchemas
{
    /// <summary>The subschema of <c>plugins</c> for each of them.</summary>
    public static ImmutableDictionary<string, Schema> Configurations(PluginRegistry registry)
    {
        ImmutableDictionary<string, Schema>.Builder schemas = ImmutableDictionary.CreateBuilder<string, Schema>();
        foreach (Plugin plugin in registry.Ordered)
        {
            if (plugin.ConfigSchema is { } schema)
            {
                schemas.Add(plugin.Name, schema);
            }
        }

        return schemas.ToImmutable();
    }

    /// <summary>The schemas of the entities that they bring.</summary>
    /// <exception cref="PluginLoadException">Two bring different ones of the same name.</exception>
    public static IReadOnlyList<Schema> Entities(PluginRegistry registry, SchemaOptions options)
    {
        Dictionary<string, (Schema Schema, string Plugin)> found = new(StringComparer.Ordinal);
        foreach (Plugin plugin in registry.Ordered)
        {
            foreach (Schema schema in plugin.EntitySchemas(options))
            {
                if (!found.TryAdd(schema.Name, (schema, plugin.Name)) && (schema.ClrType is null || found[schema.Name].Schema.ClrType != schema.ClrType))
                {
                    throw new PluginLoadException(
                        $"schema of custom plugin entity '{plugin.Name}.{schema.Name}' is invalid: plugin '{found[schema.Name].Plugin}' has one of that name");
                }
            }
        }

        return [.. found.Values.Select(static item => item.Schema)];
    }
}
