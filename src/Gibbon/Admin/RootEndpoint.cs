using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginRuntime;
using Gibbon.Settings;

namespace Gibbon.Admin;

/// <summary><c>GET /</c>: what this node is, with which settings, and which plugins it has.</summary>
internal sealed class RootEndpoint(GatewaySettings settings, PluginRegistry registry, PluginHost host)
{
    private static readonly string Version = typeof(RootEndpoint).Assembly.GetName().Version?.ToString(3) ?? "";

    public ApiEndpoint Endpoint => ApiEndpoint.Get("/", _ => new ValueTask<ApiAnswer>(ApiAnswer.Json(200, Describe())));

    private ValueMap Describe() => new()
    {
        ["version"] = "3.9.1",
        ["edition"] = "community",
        ["tagline"] = "Welcome to kong",
        ["hostname"] = host.Node.Hostname,
        ["node_id"] = host.Node.Id.ToString(),
        ["lua_version"] = "LuaJIT 2.1.0-20231117.1",
        ["pids"] = new ValueMap { ["master"] = (long)Environment.ProcessId, ["workers"] = new ValueList { (long)Environment.ProcessId } },
        ["timers"] = new ValueMap { ["pending"] = 0L, ["running"] = 0L },
        ["plugins"] = new ValueMap { ["available_on_server"] = Available(), ["enabled_in_cluster"] = new ValueList() },
        ["configuration"] = Configuration(),
    };

    private ValueMap Available()
    {
        ValueMap available = [];
        foreach (Plugin plugin in registry.Ordered)
        {
            available[plugin.Name] = new ValueMap { ["priority"] = (long)plugin.Priority, ["version"] = plugin.Version };
        }

        return available;
    }

    // Kong's clients compare the document's own members; what we are beside Kong stands among the settings.
    private ValueMap Configuration()
    {
        ValueMap configuration = [];
        foreach ((string name, object value) in settings.Raw.Masked())
        {
            configuration[name] = value is IEnumerable<string> list ? new ValueList(list) : value;
        }

        configuration["gibbon"] = new ValueMap { ["version"] = Version };
        return configuration;
    }
}
