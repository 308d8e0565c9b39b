using Gibbon.Admin.Entities;
using Gibbon.Admin.Requests;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginRuntime;

namespace Gibbon.Admin.Resources;

/// <summary>What is special about plugins: which are enabled, their old schema endpoint, and that a form is typed by the plugin it changes.</summary>
internal static class PluginEntityEndpoints
{
    private const string Kind = "plugins";

    public static IEnumerable<ApiEndpoint> All(AdminEntities entities, PluginRegistry registry)
    {
        Schema plugins = entities.Schemas.Find(Kind)!;
        yield return ApiEndpoint.Get(
            "/plugins/enabled",
            _ => ApiAnswer.Json(200, new ValueMap { ["enabled_plugins"] = new ValueList(registry.Ordered.Select(static plugin => plugin.Name)) }));
        yield return ApiEndpoint.Get("/plugins/schema/:name", request => Config(plugins, request.Parameter("name")));
        foreach (string parent in new[] { "", "/consumers/:consumers", "/routes/:routes", "/services/:services", "/consumer_groups/:consumer_groups" })
        {
            yield return ApiEndpoint.Of($"{parent}/plugins/:plugins") with { Before = request => NameAsync(entities, request) };
        }
    }

    private static ApiAnswer Config(Schema plugins, string name)
    {
        if (!plugins.Subschemas.TryGetValue(name, out Schema? plugin))
        {
            return ApiAnswer.Message(404, $"No plugin named '{name}'");
        }

        return ApiAnswer.Json(200, ConfigOf(plugin.Describe()));
    }

    // Of the plugin's own description, what stands under its field "config".
    private static ValueMap ConfigOf(ValueMap described)
    {
        ValueMap config = described.GetList("fields")!.OfType<ValueMap>().Select(static field => field.GetMap("config")).First(static field => field is not null)!;
        return new ValueMap { ["fields"] = config.Get("fields") ?? new ValueList(), ["entity_checks"] = config.Get("entity_checks") ?? new ValueList() };
    }

    // A change that does not name its plugin means the one that is there: without the name nothing in it could be checked.
    private static async ValueTask<ApiAnswer?> NameAsync(AdminEntities entities, ApiRequest request)
    {
        if (request.Method != "PATCH" || request.Body.Values.ContainsKey("name"))
        {
            return null;
        }

        (ValueMap? plugin, ApiAnswer otherwise) = await EntityEndpoints.FindAsync(entities, Kind, request);
        if (plugin is null)
        {
            return otherwise;
        }

        request.Body.Add("name", plugin.Get("name"));
        return null;
    }
}
