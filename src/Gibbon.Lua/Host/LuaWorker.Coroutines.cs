using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <content>How coroutines are started, go on, wait and end. Who owns the state is seen to already.</content>
internal sealed partial class LuaWorker
{
    /// <summary>A light thread: runs at once, inside of what runs now, until it first waits.</summary>
    public Task Spawn(LuaRun child)
    {
        LuaRun? parent = State.Run;
        RequestContext? context = State.Context;
        _users.Add();
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

    private void SetCurrent(LuaRun? run)
    {
        State.Run = run;
        State.Context = run?.Context;
        State.Stamps.Enter(run);
        LuaWorld.SetCurrent(State, run);
    }

    /// <summary>Starts or resumes a coroutine and sees how it stopped.</summary>
    private void Step(LuaRun run, Task<LuaPush>? arrived)
    {
        LuaState? before = State.Enter();
        LuaRun? outer = State.Run;
        if (outer is null)
        {
            Thread = NativeThread.Current;
            Entry++;
            IsBusy = true;
        }

        try
        {
            if (run.Work is { } work)
            {
                State.Stamps.Enter(run);
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

            // A coroutine goes on on whichever thread is there.
            using IDisposable? following = run.Context?.Tracing.Follow();
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
                IsBusy = false;
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
