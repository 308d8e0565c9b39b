using Gibbon.Admin.Entities;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using System.Text;
using Gibbon.Observability;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginRuntime;
using Gibbon.Settings;

namespace Gibbon.Admin;

/// <summary><c>GET /</c>: what this node is, with which settings, and which plugins it has.</summary>
internal sealed class RootEndpoint(GatewaySettings settings, PluginRegistry registry, PluginHost host, AdminEntities entities, AdminAccess access, ErrorLog log)
{
    private static readonly string Version = typeof(RootEndpoint).Assembly.GetName().Version?.ToString(3) ?? "";

    public ApiEndpoint Endpoint => ApiEndpoint.Get("/", AnswerAsync);

    private async ValueTask<ApiAnswer> AnswerAsync(ApiRequest request)
    {
        try
        {
            return ApiAnswer.Json(200, await DescribeAsync(request));
        }
        catch (EntityException failure)
        {
            return ApiAnswer.Unreadable(failure.Error);
        }
    }

    private async ValueTask<ValueMap> DescribeAsync(ApiRequest request) => new()
    {
        ["version"] = "3.9.1",
        ["edition"] = "community",
        ["tagline"] = "Welcome to kong",
        ["hostname"] = host.Node.Hostname,
        ["node_id"] = host.Node.Id.ToString(),
        ["lua_version"] = "LuaJIT 2.1.0-20231117.1",
        ["pids"] = new ValueMap { ["master"] = (long)Environment.ProcessId, ["workers"] = new ValueList { (long)Environment.ProcessId } },
        ["timers"] = new ValueMap { ["pending"] = (long)host.Timers.PendingCount, ["running"] = (long)host.Timers.RunningCount },
        ["plugins"] = new ValueMap { ["available_on_server"] = Available(), ["enabled_in_cluster"] = await EnabledAsync(request) },
        ["configuration"] = Configuration(access.OnlyReads(request.Context.Request)),
    };

    private async ValueTask<ValueList> EnabledAsync(ApiRequest request)
    {
        ValueList names = [];
        await foreach (object plugin in entities.EachAsync("plugins", default, request.Cancellation))
        {
            string name = ((Pdk.Entities.Plugin)plugin).Name;
            if (!names.Contains(name))
            {
                names.Add(name);
            }
        }

        return names;
    }

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
    private ValueMap Configuration(bool onlyReads)
    {
        ValueMap configuration = settings.Raw.Shown();
        configuration["log_level"] = Encoding.ASCII.GetString(LogSeverities.Word(log.Level));
        ValueMap own = new() { ["version"] = Version };
        if (onlyReads)
        {
            own["read_only"] = true;
        }

        configuration["gibbon"] = own;
        return configuration;
    }
}
