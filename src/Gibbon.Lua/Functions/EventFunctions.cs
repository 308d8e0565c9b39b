using Gibbon.Lua.Host;
using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary><c>kong.worker_events</c> and <c>kong.cluster_events</c>: an event goes to every state that listens, as a coroutine of its own there.</summary>
internal static class EventFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("events_register", static call => Register(call)),
        new("events_post", static call => ResponseFunctions.Done(call, c => NodeFunctions.Host(c).WorkerEvents.Post(c.Text(1), c.Text(2), LuaValues.Read(c.L, 3)))),
        new("cluster_subscribe", static call => Subscribe(call)),
        new("cluster_broadcast", static call => call.Wait(
            NodeFunctions.Host(call).ClusterEvents.BroadcastAsync(call.Text(1), call.Text(2), TimeSpan.FromSeconds(call.Number(3))),
            static (L, result) =>
            {
                if (result.IsOk)
                {
                    LuaStack.Push(L, true);
                    return 1;
                }

                LuaApi.lua_pushnil(L);
                LuaStack.Push(L, result.Error);
                return 2;
            })),
    ];

    // events_register(source, event or nil, function)
    private static int Register(LuaCall call)
    {
        string source = call.Text(1);
        string? name = call.TextOrNull(2);
        (LuaWorker worker, LuaPlugin? plugin, int function) = Listener(call, 3);
        worker.Holdings.Add(NodeFunctions.Host(call).WorkerEvents.Register(source, name, data => Tell(worker, plugin, function, stack =>
        {
            LuaValues.Push(stack, data, worker.State);
            LuaStack.Push(stack, name);
            LuaStack.Push(stack, source);
            LuaStack.Push(stack, (double)worker.Id);
            return 4;
        })));
        return 0;
    }

    private static int Subscribe(LuaCall call)
    {
        string channel = call.Text(1);
        (LuaWorker worker, LuaPlugin? plugin, int function) = Listener(call, 2);
        worker.Holdings.Add(NodeFunctions.Host(call).ClusterEvents.Subscribe(channel, data => Tell(worker, plugin, function, stack =>
        {
            LuaStack.Push(stack, data);
            return 1;
        })));
        return call.Return(true);
    }

    private static (LuaWorker Worker, LuaPlugin? Plugin, int Function) Listener(LuaCall call, int index)
    {
        LuaRun run = call.Run ?? throw new InvalidOperationException("no worker runs yet: events can be subscribed to from init_worker on");
        LuaApi.lua_pushvalue(call.L, index);
        LuaApi.lua_xmove(call.L, call.State.Main, 1);
        return (run.Worker, run.Plugin, call.State.Keep());
    }

    private static void Tell(LuaWorker worker, LuaPlugin? plugin, int function, LuaPush arguments)
    {
        if (worker.IsRetired)
        {
            return;
        }

        LuaRun run = worker.NewRun();
        run.Prepare(plugin, null, null, Phase.None, null, stack =>
        {
            LuaState.PushKept(stack, function);
            return 1 + arguments(stack);
        });
        _ = RunAsync(worker, plugin, run);
    }

    private static async Task RunAsync(LuaWorker worker, LuaPlugin? plugin, LuaRun run)
    {
        try
        {
            await worker.RunAsync(run).ConfigureAwait(false);
        }
        catch (LuaException failure)
        {
            worker.Host.Surroundings.Log(LogLevel.Err, $"a listener to events failed: {failure.Message}", "", 0, plugin?.Name);
        }
    }
}
