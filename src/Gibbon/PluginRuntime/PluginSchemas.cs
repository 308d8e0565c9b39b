using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginRuntime;

/// <summary>What the enabled plugins add to the schemas of the gateway.</summary>
internal static class PluginSchemas
{
    /// <summary>The subschema of <c>plugins</c> for each of them.</summary>
    public static ImmutableDictionary<string, Schema> Configurations(PluginRegistry registry) => registry.Ordered
        .Where(static plugin => plugin.ConfigType is not null)
        .ToImmutableDictionary(
            static plugin => plugin.Name,
            static plugin => Schema.ForPlugin(plugin.Name, plugin.ConfigType!, plugin.Protocols, plugin.Scopes));

    /// <summary>The entities that they bring.</summary>
    public static IEnumerable<Type> Entities(PluginRegistry registry) => registry.Ordered.SelectMany(static plugin => plugin.Entities).Distinct();
}
