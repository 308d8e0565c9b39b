using System.Collections.Immutable;
using Gibbon.Lua.Host;
using Gibbon.Lua.Native;
using Gibbon.Lua.Schemas;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua;

/// <summary>A plugin written in Lua, as the gateway sees it.</summary>
internal sealed class LuaPlugin : Plugin, IAsyncDisposable
{
    private readonly LuaHost _host;
    private readonly IReadOnlyList<ValueMap> _entities;
    private volatile IReadOnlyList<object>? _configs;
    private LuaEndpoints? _endpoints;

    public LuaPlugin(LuaHost host, LuaPluginDescription description)
    {
        _host = host;
        Name = description.Name;
        Priority = description.Priority;
        Version = description.Version;
        ImplementedPhases = description.Phases | PluginPhases.InitWorker | PluginPhases.Configure;
        ConfigSchema = description.Schema;
        _entities = description.Entities;
        Index = host.Add(this);
    }

    public override string Name { get; }

    public override int Priority { get; }

    public override string Version { get; }

    public override Schema ConfigSchema { get; }

    public override PluginPhases ImplementedPhases { get; }

    public override ImmutableArray<PluginEndpoint> AdminEndpoints => _endpoints?.Admin ?? [];

    public override ImmutableArray<PluginEndpoint> StatusEndpoints => _endpoints?.Status ?? [];

    /// <summary>Its place among the plugins of a state.</summary>
    public int Index { get; }

    public LuaHost Host => _host;

    public override IReadOnlyList<Schema> EntitySchemas(SchemaOptions options) =>
        [.. _entities.Select(definition => EntityDefinition.Read(Name, definition, options))];

    public override async ValueTask InitWorkerAsync(PluginHost host)
    {
        await _host.StartAsync(host).ConfigureAwait(false);
        _endpoints = await LuaEndpoints.ReadAsync(this).ConfigureAwait(false);
        foreach (LuaWorker worker in _host.Workers)
        {
            await InitAsync(worker).ConfigureAwait(false);
        }
    }

    /// <summary>Whether what a state has loaded takes part in the same phases at the same place as what the gateway knows of.</summary>
    public bool IsAsBefore(LuaWorker worker)
    {
        LoadedPlugin loaded = worker.Loaded(this);
        return loaded.Priority == Priority && loaded.Version == Version
            && (loaded.Phases | PluginPhases.InitWorker | PluginPhases.Configure) == ImplementedPhases;
    }

    /// <summary>Runs <c>init_worker</c> in one state.</summary>
    public ValueTask InitAsync(LuaWorker worker)
    {
        LoadedPlugin loaded = worker.Loaded(this);
        return loaded[Phase.InitWorker] == 0 ? ValueTask.CompletedTask : RunAsync(worker, Phase.InitWorker, stack =>
        {
            LuaState.PushKept(stack, loaded[Phase.InitWorker]);
            LuaState.PushKept(stack, loaded.Handler);
            return 2;
        });
    }

    public override async ValueTask RunConfigureAsync(IReadOnlyList<object> configs)
    {
        using IDisposable change = await _host.BeginChangeAsync().ConfigureAwait(false);
        _configs = configs;
        foreach (LuaWorker worker in _host.Workers)
        {
            try
            {
                await ConfigureAsync(worker).ConfigureAwait(false);
            }
            catch (LuaException) when (worker.IsRetired)
            {
                // The one that takes its place gets the configurations when it has loaded the plugin.
            }
        }
    }

    /// <summary>Runs <c>configure</c> in one state, with the configurations that were seen last; before there are any, nothing.</summary>
    public async ValueTask ConfigureAsync(LuaWorker worker)
    {
        if (_configs is not { } configs)
        {
            return;
        }

        LoadedPlugin loaded = worker.Loaded(this);
        await worker.InvokeAsync(_ => loaded.Keep(configs)).ConfigureAwait(false);
        if (loaded.Configure != 0)
        {
            await RunAsync(worker, Phase.None, stack => PushConfigure(stack, loaded, configs)).ConfigureAwait(false);
        }
    }

    public override ValueTask RunAsync(Phase phase, RequestContext context, object config) => Run(phase, context, null, config);

    public override ValueTask RunBodyFilterAsync(RequestContext context, BodyChunk chunk, object config) =>
        chunk.IsLast && !chunk.Data.IsEmpty ? RunInTwoAsync(context, chunk, config) : Run(Phase.BodyFilter, context, chunk, config);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    // nginx tells of a body's end apart from its last bytes, and plugins count on that.
    private async ValueTask RunInTwoAsync(RequestContext context, BodyChunk chunk, object config)
    {
        try
        {
            chunk.IsLast = false;
            await Run(Phase.BodyFilter, context, chunk, config).ConfigureAwait(false);
            if (chunk.IsLast)
            {
                return;
            }

            ReadOnlyMemory<byte> first = chunk.Data;
            chunk.Data = default;
            chunk.IsLast = true;
            await Run(Phase.BodyFilter, context, chunk, config).ConfigureAwait(false);
            chunk.Data = chunk.Data.IsEmpty ? first : first.IsEmpty ? chunk.Data : (byte[])[.. first.Span, .. chunk.Data.Span];
        }
        finally
        {
            chunk.IsLast = true;
        }
    }

    private ValueTask Run(Phase phase, RequestContext context, BodyChunk? chunk, object config)
    {
        LuaRequest request = LuaRequest.Of(context, _host);
        LuaRun run = request.Worker.NewRun();
        run.Prepare(this, request, context, phase, chunk, null);
        run.Config = config;
        return request.Worker.RunAsync(run);
    }

    private ValueTask RunAsync(LuaWorker worker, Phase phase, LuaPush starting)
    {
        LuaRun run = worker.NewRun();
        run.Prepare(this, null, null, phase, null, starting);
        return worker.RunAsync(run);
    }

    private static int PushConfigure(nint stack, LoadedPlugin loaded, IReadOnlyList<object> configs)
    {
        LuaState.PushKept(stack, loaded.Configure);
        LuaState.PushKept(stack, loaded.Handler);
        if (configs.Count == 0)
        {
            return 2;
        }

        LuaApi.lua_createtable(stack, configs.Count, 0);
        for (int place = 0; place < configs.Count; place++)
        {
            LuaState.PushKept(stack, loaded.Config(configs[place], null));
            LuaApi.lua_rawseti(stack, -2, place + 1);
        }

        return 3;
    }
}
