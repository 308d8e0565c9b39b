// One piece: who owns the state, who counts as its user and how it is passed on are one set of rules, which no half of the file could keep alone.
using System.Collections.Concurrent;
using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>
/// A Lua state that serves requests: what Kong calls a worker. Whoever finds it free works in it on his own thread; who does not, leaves the work in the queue, and the
/// thread pool goes on with it. A coroutine that waits leaves the state to others; what it has waited for comes back through the same queue.
/// </summary>
internal sealed class LuaWorker : IThreadPoolWorkItem, IDisposable
{
    private readonly ConcurrentQueue<LuaRun> _queue = new();
    private readonly ConcurrentQueue<LuaRequest> _ended = new();
    private readonly ConcurrentQueue<int> _released = new();
    private readonly ConcurrentStack<LuaRun> _runs = new();
    private readonly Stack<LuaRequest> _requests = new();
    private readonly int _driver;
    private readonly List<LoadedPlugin> _plugins = [];
    private int _owned;

    // Whoever is in the state, has work in it or will come back to it; the worker itself is one until it is retired. At zero the state is closed, and nobody gets in any more.
    private int _users = 1;
    private int _isRetired;

    public LuaWorker(LuaHost host, int id)
    {
        Host = host;
        Id = id;
        State = LuaWorld.Open(host.Surroundings, id, out _driver);
    }

    public LuaHost Host { get; }

    /// <summary>0 to the number of workers less one; <c>ngx.worker.id()</c>.</summary>
    public int Id { get; }

    public LuaState State { get; }

    /// <summary>Since when somebody is in the state, in milliseconds of <see cref="Environment.TickCount64"/>; 0 while nobody is.</summary>
    public long BusySince { get; private set; }

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

    public LuaRun NewRun() => _runs.TryPop(out LuaRun? run) ? run : new LuaRun(this);

    /// <summary>A place for a request; null when the state is closed. The state need not be owned: tables are made when one runs.</summary>
    public LuaRequest? NewRequest()
    {
        if (!TryUse())
        {
            return null;
        }

        lock (_requests)
        {
            if (_requests.TryPop(out LuaRequest? request))
            {
                return request;
            }
        }

        return new LuaRequest(this, Interlocked.Increment(ref _tables));
    }

    private int _tables;

    public void Recycle(LuaRun run)
    {
        if (run.IsReusable || run.Thread == 0)
        {
            run.Prepare(null, null, null, Phase.None, null, Nothing);
            _runs.Push(run);
        }
    }

    /// <summary>A request has ended; its table is emptied when somebody is next in the state, which is at once when it has left connections open.</summary>
    public void Retire(LuaRequest request)
    {
        _ended.Enqueue(request);
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
            Release();
        }
    }

    public void Dispose() => Retire();

    /// <summary>Keeps the state open until <see cref="Release()"/>; says whether it still is.</summary>
    public bool TryUse()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
            {
                return true;
            }

            users = found;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            State.Dispose();
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

    /// <summary>A light thread: runs at once, inside of what runs now, until it first waits.</summary>
    public Task Spawn(LuaRun child)
    {
        LuaRun? parent = State.Run;
        RequestContext? context = State.Context;
        // Somebody is in the state: the parent.
        Interlocked.Increment(ref _users);
        Step(child, null);
        SetCurrent(parent);
        State.Context = context;
        Task ended;
        if (child.IsDone)
        {
            Release();
            Recycle(child);
            ended = Task.CompletedTask;
        }
        else
        {
            ended = child.Completion().AsTask();
            Await(child);
        }

        parent?.Adopt(ended);
        return ended;
    }

    /// <summary>Ends a light thread that waits. The caller is in the state.</summary>
    /// <returns>Whether it was still under way.</returns>
    public bool Kill(LuaRun run)
    {
        if (run.IsDone || run.IsOver || run.IsKilled || run.Wait is not { } wait)
        {
            return false;
        }

        run.IsKilled = true;
        if (wait.TryEnd())
        {
            _queue.Enqueue(run); // whoever is in the state looks into the queue before he leaves
        }

        return true;
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

    private void Continue(LuaRun run)
    {
        if (run.IsKilled && !run.IsOver)
        {
            State.Forget(run.Kept);
            run.Thread = 0;
            run.IsDone = true;
        }
        else if (run.IsOver)
        {
            run.IsDone = true;
        }
        else
        {
            Step(run, run.TakePending());
        }
    }

    // Registers for what a coroutine waits for. Whatever thread it comes on, the coroutine goes on through the queue.
    private void Await(LuaRun run)
    {
        Task<LuaPush> pending = run.Pending!;
        var wait = new LuaWait(run);
        run.Wait = wait;
        _ = pending.ContinueWith(
            static (_, state) =>
            {
                var ended = (LuaWait)state!;
                if (ended.TryEnd())
                {
                    ended.Run.Worker._queue.Enqueue(ended.Run);
                    ended.Run.Worker.Wake();
                }
            },
            wait,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
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
                Interlocked.Increment(ref _users);
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

        while (_ended.TryDequeue(out LuaRequest? request))
        {
            LuaWorld.ClearRequest(State, request.Table);
            Holdings.CloseSockets(request);
            lock (_requests)
            {
                _requests.Push(request);
            }
        }
    }

    private void SetCurrent(LuaRun? run)
    {
        State.Run = run;
        State.Context = run?.Context;
        LuaWorld.SetCurrent(State, run);
    }

    /// <summary>Starts or resumes a coroutine and sees how it stopped.</summary>
    private void Step(LuaRun run, Task<LuaPush>? arrived)
    {
        LuaState? before = State.Enter();
        LuaRun? outer = State.Run;
        BusySince = BusySince == 0 ? Environment.TickCount64 : BusySince;
        try
        {
            if (run.Work is { } work)
            {
                work(State);
                run.IsDone = run.IsReusable = true;
                return;
            }

            if (run.Thread == 0)
            {
                run.IsFresh = true;
                run.Thread = LuaApi.lua_newthread(State.Main);
                run.Kept = State.Keep();
            }

            SetCurrent(run);
            int arguments = run.HasStarted ? LuaWorld.PushArrived(run.Thread, arrived) : LuaWorld.PushStart(run, _driver);
            run.HasStarted = true;
            LuaWorld.Judge(run, (LuaStatus)LuaApi.lua_resume(run.Thread, arguments));
            if (IsInterrupted)
            {
                Host.Watchdog.Interrupted(this, run);
            }
        }
        finally
        {
            if (outer is null)
            {
                BusySince = 0;
                State.Run = null;
                State.Context = null;
            }

            LuaState.Leave(before);
        }

        if (run.IsDone)
        {
            Finish(run);
        }
    }

    private void Finish(LuaRun run)
    {
        if (!run.IsReusable)
        {
            State.Forget(run.Kept);
            run.Thread = 0;
        }

        if (run.Children is { IsCompleted: false } children)
        {
            // Nothing is resumed any more: the phase only ends later.
            run.IsDone = false;
            run.IsOver = true;
            run.WaitFor(LuaRun.Later(children, static _ => 0));
        }
    }
}
