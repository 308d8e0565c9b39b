using System.Collections.Immutable;
using Gibbon.Lua.Host;
using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua;

/// <summary>The endpoints that a plugin's <c>api.lua</c> and <c>status_api.lua</c> bring. Which there are is read once; what they do, whenever they are asked.</summary>
internal sealed record LuaEndpoints(ImmutableArray<PluginEndpoint> Admin, ImmutableArray<PluginEndpoint> Status)
{
    private static readonly EndpointResponse Failed = EndpointResponse.Message(500, "An unexpected error occurred");

    /// <summary>Reads which endpoints a plugin has. A file that cannot be used is logged, and brings none.</summary>
    public static async ValueTask<LuaEndpoints> ReadAsync(LuaPlugin plugin) => new(
        await ReadAsync(plugin, "api").ConfigureAwait(false),
        await ReadAsync(plugin, "status_api").ConfigureAwait(false));

    private static async ValueTask<ImmutableArray<PluginEndpoint>> ReadAsync(LuaPlugin plugin, string file)
    {
        ValueList list = [];
        if (plugin.Host.Workers is not [var worker, ..])
        {
            return []; // the gateway ends already
        }

        try
        {
            await worker.InvokeAsync(state =>
            {
                LuaWorld.LoadFile(state, "list_" + file, plugin.Name);
                list = LuaValues.Read(state.Main, -1) as ValueList ?? [];
                LuaApi.lua_settop(state.Main, 1);
            }).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is PluginLoadException or LuaException)
        {
            plugin.Host.Surroundings.Log(LogLevel.Crit, $"its {file}.lua cannot be used: {failure.Message}", "", 0, plugin.Name);
        }

        return [.. list.OfType<ValueList>().Select(item => Endpoint(plugin, file, (string)item[0]!, item[1] as string, item[2] as string))];
    }

    private static PluginEndpoint Endpoint(LuaPlugin plugin, string file, string path, string? method, string? schema) =>
        new(method, path, (request, _) => ServeAsync(plugin, file, path, request))
        {
            Schema = schema is null ? null : plugin.Host.Surroundings.Host?.Entities(schema)?.Schema,
        };

    private static async ValueTask<EndpointResponse> ServeAsync(LuaPlugin plugin, string file, string path, EndpointRequest request)
    {
        using LuaRequest place = plugin.Host.NewRequest();
        place.Answer = null;
        place.Log = request.Log;
        ValueMap said = Describe(path, request);
        LuaWorker worker = place.Worker;
        LuaRun run = worker.NewRun();
        run.Prepare(plugin, place, null, Phase.AdminApi, null, stack =>
        {
            LuaWorld.PushLoader(worker.State, stack, "serve");
            LuaStack.Push(stack, plugin.Name);
            LuaStack.Push(stack, file);
            LuaValues.Push(stack, said, worker.State, nulls: true);
            LuaStack.Push(stack, request.RawBody.Span);
            LuaStack.SetField(stack, "raw");
            return 4;
        });
        try
        {
            await worker.RunAsync(run).ConfigureAwait(false);
        }
        catch (LuaException failure)
        {
            request.Log.Write(LogLevel.Err, $"{request.Method} {path} failed: {failure.Message}", "", 0, "");
            return Failed;
        }

        return place.Answer ?? Failed;
    }

    private static ValueMap Describe(string path, EndpointRequest request)
    {
        ValueMap headers = [];
        foreach ((string name, HeaderValue value) in request.Headers)
        {
            headers[name.ToLowerInvariant()] = value.Count > 1 ? new ValueList(Enumerable.Range(0, value.Count).Select(place => value[place])) : value.ToString();
        }

        ValueMap query = [];
        foreach ((string name, QueryValue value) in request.Query)
        {
            query[name] = value.Count > 1 ? new ValueList(Enumerable.Range(0, value.Count).Select(place => Item(value[place]))) : Item(value.First);
        }

        ValueMap said = new()
        {
            ["path"] = path,
            ["method"] = request.Method,
            ["target"] = request.Target,
            ["host"] = headers.GetString("host") ?? "",
            ["headers"] = headers,
            ["query"] = query,
            ["parameters"] = new ValueMap(request.Parameters.Select(static entry => KeyValuePair.Create(entry.Key, (object?)entry.Value))),
            ["is_json"] = headers.GetString("content-type")?.Contains("application/json", StringComparison.OrdinalIgnoreCase) == true,
        };
        if (request.Body is { } body)
        {
            said["body"] = body;
        }

        return said;
    }

    // An argument without a value is a flag.
    private static object Item(string? text) => text is null ? true : text;
}
