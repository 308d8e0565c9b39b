using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.PluginServers;

/// <summary>The plugins that run in processes of their own: one for each plugin server that the settings name.</summary>
internal static class ServedPlugins
{
    /// <summary>Asks every server what it has. Starts none: that is for the gateway that serves.</summary>
    /// <exception cref="PluginLoadException">One of them does not say, or what it says is wrong; the message is what the user reads.</exception>
    public static IReadOnlyList<ServedPlugin> Load(IReadOnlyList<PluginServerSettings> servers)
    {
        var plugins = new List<ServedPlugin>(servers.Count);
        foreach (PluginServerSettings server in servers)
        {
            if (ServerDescription.Ask(server) is { } description)
            {
                // As in Kong the last of those that have the same name.
                plugins.RemoveAll(plugin => plugin.Name == description.Name);
                plugins.Add(new ServedPlugin(server, description));
            }
        }

        return plugins;
    }
}
