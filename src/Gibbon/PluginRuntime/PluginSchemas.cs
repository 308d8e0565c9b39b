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

    /// <summary>The entities that they bring.</summary>
    public static IEnumerable<Type> Entities(PluginRegistry registry) => registry.Ordered.SelectMany(static plugin => plugin.Entities).Distinct();
}
