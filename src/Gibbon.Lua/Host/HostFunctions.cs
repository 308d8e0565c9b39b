using Gibbon.Lua.Native;

namespace Gibbon.Lua.Host;

/// <summary>What our own Lua needs to come up, and light threads.</summary>
internal static class HostFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("marks", Marks),
        new("own_module", static call => OwnModule(call)),
        new("evaluated", static call => Evaluated(call)),
        new("spawn", Spawn),
        new("thread_kill", static call => call.Return(Kill(call))),
        new("gate_new", static call => NewGate(call)),
        new("gate_open", static call => OpenGate(call)),
        new("gate_wait", static call => WaitAtGate(call)),
        new("process_id", static call => call.Return(Environment.ProcessId)),
        new("worker_id", static call => call.State.WorkerId < 0 ? Nothing(call) : call.Return(call.State.WorkerId)),
        new("worker_exiting", static call => call.Return(call.Run?.Worker.IsRetired == true)),
        new("worker_count", static call => call.Return(Math.Max(1, call.State.Surroundings.Lua?.Workers.Count ?? 1))),
    ];

    private static int Marks(LuaCall call)
    {
        foreach (nint mark in (ReadOnlySpan<nint>)[LuaMark.Failed, LuaMark.Pending, LuaMark.Waiting, LuaMark.Done, LuaMark.Exit, LuaMark.Null])
        {
            LuaApi.lua_pushlightuserdata(call.L, mark);
        }

        return 6;
    }

    private static int OwnModule(LuaCall call)
    {
        if (LuaState.OwnModule(call.Text(1)) is { } text)
        {
            return call.Return(text);
        }

        return Nothing(call);
    }

    private static int Nothing(LuaCall call)
    {
        LuaApi.lua_pushnil(call.L);
        return 1;
    }

    // evaluated(value): what a piece of Lua of an operator's returned
    private static int Evaluated(LuaCall call)
    {
        call.Run!.Request!.Result = LuaValues.ReadAny(call.L, 1);
        return 0;
    }

    // spawn(function): runs it in a coroutine of its own until it first waits, beside the one that called. Returns its number.
    private static int Spawn(LuaCall call)
    {
        LuaRun parent = call.Run ?? throw new InvalidOperationException("API disabled in the current context");
        LuaApi.lua_settop(call.L, 1);
        LuaApi.lua_xmove(call.L, call.State.Main, 1);
        int function = call.State.Keep();
        LuaState state = call.State;
        LuaRun child = parent.Worker.NewRun();
        child.Prepare(parent.Plugin, parent.Request, parent.Context, parent.Phase, parent.Chunk, stack =>
        {
            LuaState.PushKept(stack, function);
            state.Forget(function);
            return 1;
        });
        LuaHoldings holdings = parent.Worker.Holdings;
        Task ended = parent.Worker.Spawn(child);
        if (ended.IsCompleted)
        {
            return call.Return(0.0);
        }

        long number = holdings.Next++;
        holdings.Threads[number] = (child, child.Use);
        return call.Return(number);
    }

    // thread_kill(number): whether it was still under way. A thread that is through says so itself, with its number.
    private static bool Kill(LuaCall call) =>
        call.Run?.Worker is { } worker
        && worker.Holdings.Threads.Remove((long)call.Number(1), out (LuaRun Run, long Use) thread)
        && !call.Flag(2)
        && thread.Run.Use == thread.Use
        && worker.Kill(thread.Run);

    // Gates are what light threads and semaphores wait at: a number stands for one, until somebody has opened it and the other has passed.
    private static int NewGate(LuaCall call)
    {
        LuaWorker worker = (call.Run ?? throw new InvalidOperationException("API disabled in the current context")).Worker;
        long number = worker.Holdings.Next++;
        worker.Holdings.Gates[number] = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        return call.Return(number);
    }

    private static int OpenGate(LuaCall call)
    {
        if (call.Run?.Worker.Holdings.Gates.Remove((long)call.Number(1), out TaskCompletionSource<bool>? gate) == true)
        {
            gate.TrySetResult(true);
            return call.Return(true);
        }

        return call.Return(false);
    }

    // gate_wait(gate, seconds): whether it was opened in time
    private static int WaitAtGate(LuaCall call)
    {
        LuaWorker worker = call.Run!.Worker;
        long number = (long)call.Number(1);
        if (!worker.Holdings.Gates.TryGetValue(number, out TaskCompletionSource<bool>? gate))
        {
            return call.Return(true);
        }

        if (call.IsNil(2))
        {
            return call.Wait(new ValueTask<bool>(gate.Task), static (L, opened) => Answer(L, opened));
        }

        TimeProvider clock = call.State.Surroundings.Host?.Time ?? TimeProvider.System;
        return call.Wait(new ValueTask<bool>(Opened(gate.Task, TimeSpan.FromSeconds(call.Number(2)), clock)), (L, opened) =>
        {
            worker.Holdings.Gates.Remove(number);
            return Answer(L, opened);
        });
    }

    private static async Task<bool> Opened(Task<bool> gate, TimeSpan patience, TimeProvider clock)
    {
        try
        {
            return await gate.WaitAsync(patience, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static int Answer(nint L, bool flag)
    {
        LuaStack.Push(L, flag);
        return 1;
    }
}
