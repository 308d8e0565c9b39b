using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The gateway's settings as plugins see them: read-only, by Kong's names.</summary>
internal sealed class SettingsForPlugins(GatewaySettings settings) : ISettings
{
    public string Prefix => settings.Node.Prefix;

    public string Role => settings.Raw["role"] as string ?? "traditional";

    public string Database => settings.Raw["database"] as string ?? "off";

    public object? this[string name] => settings.Raw[name];

    public ValueMap RemoveSensitive()
    {
        ValueMap map = [];
        foreach ((string name, object value) in settings.Raw.Masked())
        {
            map[name] = value;
        }

        return map;
    }
}
