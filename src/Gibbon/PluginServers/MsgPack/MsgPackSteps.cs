using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.MsgPack;

/// <summary>How results go back to the server: the method tells it of which kind they are.</summary>
internal static class MsgPackSteps
{
    public static string For(string function) => function switch
    {
        "kong.client.get_credential" or "kong.client.authenticate" => "plugin.StepCredential",
        "kong.client.load_consumer" or "kong.client.get_consumer" => "plugin.StepConsumer",
        "kong.node.get_memory_stats" => "plugin.StepMemoryStats",
        "kong.router.get_route" => "plugin.StepRoute",
        "kong.router.get_service" => "plugin.StepService",
        _ => HasManyValues(function) ? "plugin.StepMultiMap" : "plugin.Step",
    };

    /// <summary>Whether its result has a list for each name.</summary>
    public static bool HasManyValues(string function) => function is
        "kong.request.get_query" or "kong.request.get_headers" or "kong.response.get_headers" or "kong.service.response.get_headers";

    /// <summary>Makes every value a list: an argument without a value has an empty one.</summary>
    public static ValueMap Multiply(ValueMap map)
    {
        var lists = new ValueMap(map.Count);
        foreach ((string name, object? value) in map)
        {
            lists[name] = value switch
            {
                true => new ValueList(),
                string => new ValueList { value },
                _ => value,
            };
        }

        return lists;
    }
}
