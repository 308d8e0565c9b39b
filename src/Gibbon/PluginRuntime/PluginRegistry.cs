using System.Collections.Frozen;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime;

/// <summary>The plugins that this gateway has, by name: what the setting <c>plugins</c> enables of what is installed.</summary>
internal sealed class PluginRegistry
{
    private readonly FrozenDictionary<string, Plugin> _byName;

    private PluginRegistry(Plugin[] ordered)
    {
        Ordered = ordered;
        _byName = ordered.ToFrozenDictionary(static plugin => plugin.Name, StringComparer.Ordinal);
    }

    /// <summary>In the order they run.</summary>
    public IReadOnlyList<Plugin> Ordered { get; }

    /// <summary>Takes the enabled plugins out of the installed ones and checks them, with Kong's words for what is wrong.</summary>
    public static PluginRegistry Create(IEnumerable<Plugin> installed, IReadOnlyCollection<string> enabled)
    {
        Dictionary<string, Plugin> byName = installed.ToDictionary(static plugin => plugin.Name, StringComparer.Ordinal);
        List<Plugin> plugins = [];
        foreach (string name in enabled)
        {
            if (!byName.TryGetValue(name, out Plugin? plugin))
            {
                throw new PluginLoadException($"{name} plugin is enabled but not installed;");
            }

            Check(plugin);
            plugins.Add(plugin);
        }

        plugins.Sort(PluginOrder.Instance);
        return new PluginRegistry([.. plugins]);
    }

    public bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Plugin? plugin) =>
        _byName.TryGetValue(name, out plugin);

    public Plugin Get(string name) => _byName.TryGetValue(name, out Plugin? plugin)
        ? plugin
        : throw new PluginLoadException($"{name} plugin is in use but not enabled");

    private static void Check(Plugin plugin)
    {
        if (!Version.TryParse(plugin.Version, out Version? version) || version.Revision >= 0 || version.Build < 0)
        {
            throw new PluginLoadException(
                $"Plugin \"{plugin.Name}\" cannot be loaded because its VERSION field does not follow the \"x.y.z\" format, got: \"{plugin.Version}\".");
        }

        const PluginPhases filters = PluginPhases.HeaderFilter | PluginPhases.BodyFilter;
        if ((plugin.ImplementedPhases & PluginPhases.Response) != PluginPhases.None && (plugin.ImplementedPhases & filters) != PluginPhases.None)
        {
            throw new PluginLoadException(
                $"Plugin \"{plugin.Name}\" can't be loaded because it implements both `response` and `header_filter` or `body_filter` methods.");
        }
    }
}
