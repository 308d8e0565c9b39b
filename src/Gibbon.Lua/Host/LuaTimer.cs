using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>A function that a plugin wants called later, once or again and again. Goes with its state.</summary>
internal sealed class LuaTimer
{
    private readonly LuaWorker _worker;
    private readonly LuaPlugin? _plugin;
    private readonly int _function;
    private readonly bool _repeats;
    private readonly ITimers _timers;
    private int _isOver;
    private int _hasEnded;

    // The timer itself is one until it has ended; each call of the function is another. Who leaves last lets go of the function.
    private UserCount _users = new();

    public LuaTimer(LuaWorker worker, LuaPlugin? plugin, int function, bool repeats, ITimers timers)
    {
        (_worker, _plugin, _function, _repeats, _timers) = (worker, plugin, function, repeats, timers);
        if (!worker.Holdings.Timers.Add(this))
        {
            // A state that is to end takes no more; what the plugin was told of the last ones is all that it will hear.
            _isOver = 1;
        }
    }

    /// <summary>The name by which the gateway knows it.</summary>
    public string? Name { get; set; }

    /// <summary>Its time has come.</summary>
    public ValueTask WorkAsync(CancellationToken cancellation)
    {
        bool goes = _repeats ? Volatile.Read(ref _isOver) == 0 : Interlocked.Exchange(ref _isOver, 1) == 0;
        if (!goes)
        {
            if (Name is { } name)
            {
                _timers.Cancel(name);
            }

            return ValueTask.CompletedTask;
        }

        return CallAsync(cancellation.IsCancellationRequested);
    }

    /// <summary>There is no such timer after all.</summary>
    public void Forget() => End();

    /// <summary>It was cancelled: what it has begun it completes.</summary>
    public void Cancelled()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            End();
        }
    }

    /// <summary>The state is to end: it is called now if it was not, and told that this is too early.</summary>
    public void EndEarly()
    {
        if (Name is { } name)
        {
            _timers.Cancel(name);
        }

        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _ = LogAsync(CallAsync(isPremature: true));
        }
    }

    private async ValueTask CallAsync(bool isPremature)
    {
        if (!_users.TryEnter())
        {
            return; // cancelled in this very moment
        }

        if (_worker.NewRequest() is not { } request)
        {
            Leave();
            return; // the state is closed, and the function went with it
        }

        LuaRun run = _worker.NewRun();
        run.Prepare(_plugin, request, null, Phase.None, null, stack =>
        {
            LuaState.PushKept(stack, _function);
            LuaStack.Push(stack, isPremature);
            return 2;
        });
        try
        {
            await _worker.RunAsync(run).ConfigureAwait(false);
        }
        finally
        {
            if (!_repeats || isPremature)
            {
                End();
            }

            Leave();
            request.Dispose();
        }
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
        {
            _worker.Holdings.Timers.Remove(this);
            Leave();
        }
    }

    private void Leave()
    {
        if (_users.Leave())
        {
            _worker.Release(_function);
        }
    }

    private async Task LogAsync(ValueTask call)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (LuaException failure)
        {
            _worker.Host.Surroundings.Log(LogLevel.Err, $"a timer failed: {failure.Message}", "", 0, _plugin?.Name);
        }
    }
}
