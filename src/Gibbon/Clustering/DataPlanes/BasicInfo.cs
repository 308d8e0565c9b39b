using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.Clustering.DataPlanes;

/// <summary>How a data plane introduces itself: its plugins, its settings without their secrets, its labels.</summary>
internal static class BasicInfo
{
    public static ValueMap Of(GatewaySettings settings, IEnumerable<Plugin> plugins)
    {
        ValueMap info = new()
        {
            ["type"] = "basic_info",
            ["plugins"] = new ValueList(plugins.OrderBy(static plugin => plugin.Name, StringComparer.OrdinalIgnoreCase)
                .Select(static plugin => (object?)new ValueMap { ["name"] = plugin.Name, ["version"] = plugin.Version })),
            ["process_conf"] = settings.Raw.Shown(),
            ["filters"] = new ValueMap(),
            ["gibbon"] = GibbonMark.Member,
        };
        if (settings.Hybrid.Labels.Count > 0)
        {
            info["labels"] = new ValueMap(settings.Hybrid.Labels.Select(static label => KeyValuePair.Create(label.Key, (object?)label.Value)));
        }

        return info;
    }
}
