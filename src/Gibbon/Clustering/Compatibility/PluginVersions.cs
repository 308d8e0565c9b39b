using System.Collections.Frozen;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering.Compatibility;

/// <summary>The version of a plugin.</summary>
internal sealed record PluginVersion(int Major, int Minor, string Text);

/// <summary>The plugins that a node has, by name; null for a version that is none.</summary>
internal static class PluginVersions
{
    /// <summary>What a data plane says of its plugins: a list of <c>{name, version}</c>.</summary>
    public static FrozenDictionary<string, PluginVersion?> Of(ValueList plugins)
    {
        Dictionary<string, PluginVersion?> versions = new(StringComparer.Ordinal);
        foreach (ValueMap plugin in plugins.OfType<ValueMap>())
        {
            if (plugin.GetString("name") is { } name)
            {
                versions[name] = Parse(plugin.Get("version") as string);
            }
        }

        return versions.ToFrozenDictionary();
    }

    public static PluginVersion? Parse(string? version) =>
        KongVersion.MajorMinor(version) is { } parts ? new PluginVersion(parts.Major, parts.Minor, version!) : null;
}
