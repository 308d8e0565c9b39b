using System.Collections.Concurrent;
using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>
/// A Lua state that serves requests: what Kong calls a worker. Whoever finds it free works in it on his own thread; who does not, leaves the work in the queue, and the
/// thread pool goes on with it. A coroutine that waits leaves the state to others; what it has waited for comes back through the same queue.
/// </summary>
internal sealed partial class LuaWorker : IThreadPoolWorkItem, IDisposable
{
    private static long lastSerial;

    private readonly ConcurrentQueue<LuaRun> _queue = new();
    private readonly ConcurrentQueue<int> _released = new();
    private readonly ConcurrentQueue<LuaRun> _runs = new();
    private readonly LuaRequestPool _requests;
    private readonly int _driver;
    private readonly List<LoadedPlugin> _plugins = [];
    private int _owned;

    // Before the others: as a rule one phase ends before the next begins.
    private LuaRun? _nextRun;

    // The worker itself is one of the state's users until it is retired.
    private UserCount _users = new();
    private int _isRetired;
    private int _isBeingReplaced;
    private volatile bool _isAbandoned;

    public LuaWorker(LuaHost host, int id)
    {
        Host = host;
        Id = id;
        _requests = new LuaRequestPool(this);
        State = LuaWorld.Open(host.Surroundings, id, out _driver);
        host.Surroundings.Count(1);
    }

    public LuaHost Host { get; }

    /// <summary>0 to the number of workers less one; <c>ngx.worker.id()</c>.</summary>
    public int Id { get; }

    public LuaState State { get; }

    /// <summary>Tells the states of one number apart, of which each takes the place of the one before.</summary>
    public long Serial { get; } = Interlocked.Increment(ref lastSerial);

    /// <summary>Whether somebody is in the state.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Counts who has been in the state.</summary>
    public long Entry { get; private set; }

    /// <summary>The operating system's number of the thread that is in the state, or was last.</summary>
    public int Thread { get; private set; }

    /// <summary>What plugins hold in the state beside their tables.</summary>
    public LuaHoldings Holdings { get; } = new();

    /// <summary>What has been interrupted because it did not return.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>Whether the state is to serve no more requests but those it has.</summary>
    public bool IsRetired => Volatile.Read(ref _isRetired) != 0;

    /// <summary>What runs, for the log of somebody who watches from outside.</summary>
    public LuaRun? Running => State.Run;

    /// <summary>Loads a plugin into the state, before that serves anybody.</summary>
    public void Add(LuaPlugin plugin) => _plugins.Add(new LoadedPlugin(LuaWorld.LoadHandler(State, plugin.Name), plugin.ConfigSchema.Find("config")));

    public LoadedPlugin Loaded(LuaPlugin plugin) => _plugins[plugin.Index];

    /// <summary>Runs one phase. Done when it returns, as a rule. Fails when the state is closed.</summary>
    public ValueTask RunAsync(LuaRun run)
    {
        if (!TryUse())
        {
            return ValueTask.FromException(new LuaException("the worker has ended"));
        }

        if (!TryOwn())
        {
            return Enqueue(run);
        }

        try
        {
            Step(run, null);
        }
        finally
        {
            Disown();
        }

        if (!run.IsDone)
        {
            // What it waits for is asked for only now that nobody is in the state.
            ValueTask completion = run.Completion();
            Await(run);
            return completion;
        }

        Release();
        string? error = run.Error;
        Recycle(run);
        return error is null ? ValueTask.CompletedTask : ValueTask.FromException(new LuaException(error));
    }

    /// <summary>Does something in the state while nobody else is in it, without a coroutine: loading, counting.</summary>
    public ValueTask InvokeAsync(Action<LuaState> work)
    {
        LuaRun run = NewRun();
        run.Prepare(null, null, null, Phase.None, null, Nothing);
        run.Work = work;
        return RunAsync(run);
    }

    public LuaRun NewRun() => Interlocked.Exchange(ref _nextRun, null) ?? (_runs.TryDequeue(out LuaRun? run) ? run : new LuaRun(this));

    /// <summary>A place for a request; null when the state is closed, or nobody will ever be in it again. The state need not be owned: tables are made when one runs.</summary>
    public LuaRequest? NewRequest() => !_isAbandoned && TryUse() ? _requests.Take() : null;

    public void Recycle(LuaRun run)
    {
        if (run.IsReusable || run.Thread == 0)
        {
            run.Prepare(null, null, null, Phase.None, null, Nothing);
            if (_nextRun is not null || Interlocked.CompareExchange(ref _nextRun, run, null) is not null)
            {
                _runs.Enqueue(run);
            }
        }
    }

    /// <summary>A request has ended; its table is emptied when somebody is next in the state, which is at once when it has left connections open.</summary>
    public void Retire(LuaRequest request)
    {
        _requests.Return(request);
        if (request.Sockets.Count > 0)
        {
            Wake();
        }

        Release();
    }

    /// <summary>Lets go of a value of Lua, when somebody is next in the state.</summary>
    public void Release(int reference) => _released.Enqueue(reference);

    /// <summary>Serves what it has, and closes when that is done.</summary>
    public void Retire()
    {
        if (Interlocked.Exchange(ref _isRetired, 1) == 0)
        {
            Holdings.Unsubscribe();
            Holdings.Timers.End();
            Release();
        }
    }

    public void Dispose() => Retire();

    /// <summary>Whether the caller is the one who is to put another state in the place of this one.</summary>
    public bool TryBeginReplacement() => Interlocked.Exchange(ref _isBeingReplaced, 1) == 0;

    /// <summary>Nothing came of the replacement: another may try.</summary>
    public void CancelReplacement() => Volatile.Write(ref _isBeingReplaced, 0);

    /// <summary>What is in the state does not return: whoever waits for his turn waits no longer, and fails.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        FailQueued();
    }

    /// <summary>Keeps the state open until <see cref="Release()"/>; says whether it still is.</summary>
    public bool TryUse() => _users.TryEnter();

    public void Release()
    {
        if (_users.Leave())
        {
            State.Dispose();
            Host.Surroundings.Count(-1);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        // We own the state already, and are one of its users: who was in it before handed both over.
        while (_queue.TryDequeue(out LuaRun? run))
        {
            try
            {
                Continue(run);
            }
            catch (Exception failure)
            {
                run.Error ??= failure.Message;
                run.IsDone = true;
            }

            if (run.IsDone)
            {
                run.Complete();
                Release();
            }
            else
            {
                Await(run);
            }
        }

        Disown();
        Release();
    }

    private static int Nothing(nint stack) => 0;

    private bool TryOwn() => Volatile.Read(ref _owned) == 0 && Interlocked.CompareExchange(ref _owned, 1, 0) == 0;

    private ValueTask Enqueue(LuaRun run)
    {
        ValueTask completion = run.Completion();
        _queue.Enqueue(run);
        Wake();
        return completion;
    }

    // When it is closed there is nothing left in the queue.
    private void Wake()
    {
        if (!TryUse())
        {
            return;
        }

        if (TryOwn())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            if (_isAbandoned)
            {
                FailQueued();
            }

            Release();
        }
    }

    // Nobody is in the state whom that could disturb: their coroutines stay as they are, and go with the state.
    private void FailQueued()
    {
        while (_queue.TryDequeue(out LuaRun? run))
        {
            run.Error = "another plugin does not return, and its worker has been given up";
            run.Thread = 0;
            run.IsDone = true;
            run.Complete();
            Release();
        }
    }

    private void Disown()
    {
        Clean();
        while (true)
        {
            if (!_queue.IsEmpty)
            {
                _users.Add();
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            Volatile.Write(ref _owned, 0);
            Interlocked.MemoryBarrier();
            if (_queue.IsEmpty || !TryOwn())
            {
                return;
            }
        }
    }

    // Work that other threads left because they were not in the state.
    private void Clean()
    {
        while (_released.TryDequeue(out int reference))
        {
            State.Forget(reference);
        }

        _requests.Clean(State, Holdings);
    }
}
