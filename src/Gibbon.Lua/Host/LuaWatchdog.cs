using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>
/// Looks for plugins that do not return. Such a one is interrupted by a hook that raises an error; what LuaJIT has compiled runs no hooks, and then only the log says so.
/// Either way the state is replaced, since nobody knows what it is in.
/// </summary>
internal sealed class LuaWatchdog : IDisposable
{
    private const int AfterManyInstructions = 8;
    private const int Instructions = 1000;

    // Called as a hook, with the hook's record in the place of the format, which begins with the number of the event: a text of one control character.
    private static readonly nint RaisingHook = LuaLibrary.AddressOf("luaL_error");

    private readonly LuaHost _host;
    private readonly ITimer _timer;

    public LuaWatchdog(LuaHost host, TimeProvider time)
    {
        _host = host;
        var interval = TimeSpan.FromMilliseconds(Math.Max(50, host.Patience.TotalMilliseconds / 10));
        _timer = time.CreateTimer(static state => ((LuaWatchdog)state!).Look(), this, interval, interval);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>A coroutine has stopped after it was interrupted: says who it was, and takes its state out of service.</summary>
    public void Interrupted(LuaWorker worker, LuaRun run)
    {
        worker.IsInterrupted = false;
        _ = LuaApi.lua_sethook(worker.State.Main, 0, 0, 0);
        string? where = run.Error?.Replace("\u0003", "", StringComparison.Ordinal);
        run.Error = $"the plugin did not return within {_host.Patience.TotalSeconds:0.#} seconds and was interrupted: {where}";
        run.IsReusable = false;
        run.IsDone = true;
        _host.Replace(worker, isStuck: false);
    }

    private void Look()
    {
        foreach (LuaWorker worker in _host.Workers)
        {
            long since = worker.BusySince;
            long busy = since == 0 ? 0 : Environment.TickCount64 - since;
            if (busy < _host.Patience.TotalMilliseconds)
            {
                continue;
            }

            if (!worker.IsInterrupted)
            {
                if (worker.TryUse())
                {
                    Interrupt(worker, since);
                    worker.Release();
                }
            }
            else if (busy > 2 * _host.Patience.TotalMilliseconds)
            {
                string name = worker.Running?.Plugin?.Name ?? "lua";
                _host.Surroundings.Log(
                    LogLevel.Crit,
                    $"plugin '{name}' does not return from {PhaseNames.Of(worker.Running?.Phase ?? Phase.None)} and cannot be interrupted (a compiled loop); worker {worker.Id} is replaced",
                    "",
                    0,
                    name);
                _host.Replace(worker, isStuck: true);
            }
        }
    }

    private static void Interrupt(LuaWorker worker, long since)
    {
        worker.IsInterrupted = true;
        _ = LuaApi.lua_sethook(worker.State.Main, RaisingHook, AfterManyInstructions, Instructions);
        Interlocked.MemoryBarrier();
        if (worker.BusySince != since)
        {
            // It has returned in this very moment: what came after it has done nothing.
            worker.IsInterrupted = false;
            _ = LuaApi.lua_sethook(worker.State.Main, 0, 0, 0);
        }
    }
}
