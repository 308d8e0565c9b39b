using Gibbon.Lua.Host;
using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua;

/// <summary>Runs what operators write into configurations, in the states of the plugins in Lua; where there are no such plugins, in states of its own.</summary>
/// <param name="serving">The host whose plugins serve; null while there is none.</param>
internal sealed class OperatorLua(Func<LuaHost?> serving)
{
    private readonly SemaphoreSlim _starting = new(1);
    private volatile LuaHost? _own;

    public async ValueTask<object?> EvaluateAsync(RequestContext context, string code, string? scope)
    {
        LuaRequest request = context.HostState as LuaRequest ?? LuaRequest.Of(context, await HostOf(context.Host).ConfigureAwait(false));
        LuaWorker worker = request.Worker;
        LuaRun run = worker.NewRun();
        run.Prepare(null, request, context, context.Phase, null, stack =>
        {
            LuaWorld.PushLoader(worker.State, stack, "evaluate");
            LuaStack.Push(stack, code);
            LuaStack.Push(stack, scope);
            return 3;
        });
        await worker.RunAsync(run).ConfigureAwait(false);
        object? result = request.Result;
        request.Result = null;
        return result;
    }

    private ValueTask<LuaHost> HostOf(PluginHost gateway)
    {
        if (serving() is { IsClosed: false } host)
        {
            return new(host);
        }

        return _own is { } own && own.Surroundings.Host == gateway ? new(own) : StartAsync(gateway);
    }

    // After a reload with other settings the core before has another host, which only finishes what it has.
    private async ValueTask<LuaHost> StartAsync(PluginHost gateway)
    {
        await _starting.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_own is { } own && own.Surroundings.Host == gateway)
            {
                return own;
            }

            var next = new LuaHost(gateway.Settings);
            await next.StartAsync(gateway).ConfigureAwait(false);
            LuaHost? before = _own;
            _own = next;
            if (before is not null)
            {
                await before.DisposeAsync().ConfigureAwait(false);
            }

            return next;
        }
        finally
        {
            _starting.Release();
        }
    }
}
