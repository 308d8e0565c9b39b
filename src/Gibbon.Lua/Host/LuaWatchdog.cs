using System.Runtime.CompilerServices;
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
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly long _began;
    private readonly ConditionalWeakTable<LuaWorker, LuaStay> _stays = [];
    private int _isLooking;

    public LuaWatchdog(LuaHost host, TimeProvider time)
    {
        _host = host;
        _time = time;
        _began = time.GetTimestamp();
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
        if (Interlocked.Exchange(ref _isLooking, 1) == 0)
        {
            foreach (LuaWorker worker in _host.Workers)
            {
                Look(worker);
            }

            Volatile.Write(ref _isLooking, 0);
        }
    }

    private void Look(LuaWorker worker)
    {
        long entry = worker.Entry;
        int thread = worker.Thread;
        if (!worker.IsBusy)
        {
            return;
        }

        LuaStay stay = _stays.GetValue(worker, _ => new LuaStay(_host.Patience));
        stay.Note(entry, _time.GetElapsedTime(_began), NativeThread.Used(thread), NativeThread.IsAsleep(thread));
        if (!worker.IsInterrupted)
        {
            if (stay.Exceeds(1) && worker.TryUse())
            {
                Interrupt(worker, entry);
                worker.Release();
            }
        }
        else if (stay.Exceeds(2))
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

    private static void Interrupt(LuaWorker worker, long entry)
    {
        worker.IsInterrupted = true;
        _ = LuaApi.lua_sethook(worker.State.Main, RaisingHook, AfterManyInstructions, Instructions);
        Interlocked.MemoryBarrier();
        if (!worker.IsBusy || worker.Entry != entry)
        {
            // It has returned in this very moment: what came after it has done nothing.
            worker.IsInterrupted = false;
            _ = LuaApi.lua_sethook(worker.State.Main, 0, 0, 0);
        }
    }
}
