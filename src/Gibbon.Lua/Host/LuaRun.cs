using System.Threading.Tasks.Sources;
using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>Pushes the results that a coroutine is resumed with, and says how many they are.</summary>
internal delegate int LuaPush(nint stack);

/// <summary>
/// One phase of a plugin, a timer or a light thread, in a coroutine of its own. It completes when the coroutine is through; meanwhile it may have waited any number of times.
/// Used again for the next one when all went well.
/// </summary>
internal sealed class LuaRun(LuaWorker worker) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _completion = new() { RunContinuationsAsynchronously = true };
    private List<Task>? _children;

    public LuaWorker Worker => worker;

    /// <summary>The coroutine; 0 until the first start.</summary>
    public nint Thread { get; set; }

    /// <summary>What keeps the coroutine alive.</summary>
    public int Kept { get; set; }

    public LuaRequest? Request { get; private set; }

    public RequestContext? Context { get; private set; }

    public Phase Phase { get; private set; }

    /// <summary>The piece of a body that a body filter sees.</summary>
    public BodyChunk? Chunk { get; private set; }

    /// <summary>The plugin whose code runs, for logs.</summary>
    public LuaPlugin? Plugin { get; private set; }

    /// <summary>The configuration that the request selected for the plugin.</summary>
    public object? Config { get; set; }

    /// <summary>Pushes the function to run and its arguments; null for a phase of a plugin.</summary>
    public LuaPush? Starting { get; private set; }

    public bool HasStarted { get; set; }

    public bool IsDone { get; set; }

    /// <summary>Whether only light threads are still under way.</summary>
    public bool IsOver { get; set; }

    /// <summary>How often the object has been used: who kept it can tell whether it is still the same run.</summary>
    public long Use { get; private set; }

    /// <summary>Whether nobody is to resume the coroutine any more, although it waits.</summary>
    public bool IsKilled { get; set; }

    /// <summary>The wait that it is in.</summary>
    public LuaWait? Wait { get; set; }

    /// <summary>Whether the coroutine has yet to be given its loop.</summary>
    public bool IsFresh { get; set; }

    /// <summary>What is to be done instead of a coroutine.</summary>
    public Action<LuaState>? Work { get; set; }

    public string? Error { get; set; }

    /// <summary>Whether the coroutine may be used for another phase: it waits in the loop that Modules/gibbon/host.lua runs.</summary>
    public bool IsReusable { get; set; }

    /// <summary>What the coroutine waits for.</summary>
    public Task<LuaPush>? Pending { get; private set; }

    /// <summary>Whether the result is fetched through the task: the caller could not wait for it on the spot.</summary>
    public bool IsAwaited { get; set; }

    public void Prepare(LuaPlugin? plugin, LuaRequest? request, RequestContext? context, Phase phase, BodyChunk? chunk, LuaPush? starting)
    {
        Plugin = plugin;
        Request = request;
        Context = context;
        Phase = phase;
        Chunk = chunk;
        Starting = starting;
        Config = null;
        HasStarted = IsDone = IsReusable = IsAwaited = IsOver = IsKilled = false;
        Use++;
        Wait = null;
        Work = null;
        Error = null;
        Pending = null;
        _children = null;
    }

    public void WaitFor(Task<LuaPush> pending) => Pending = pending;

    public Task<LuaPush>? TakePending()
    {
        Task<LuaPush>? pending = Pending;
        Pending = null;
        return pending;
    }

    /// <summary>A light thread that has to end before this does.</summary>
    public void Adopt(Task child) => (_children ??= []).Add(child);

    public Task? Children => _children is { Count: > 0 } children ? Task.WhenAll(children) : null;

    public static async Task<LuaPush> Later<T>(Task<T> task, Func<nint, T, int> push)
    {
        T value = await task.ConfigureAwait(false);
        return stack => push(stack, value);
    }

    public static async Task<LuaPush> Later(Task task, Func<nint, int> push)
    {
        await task.ConfigureAwait(false);
        return stack => push(stack);
    }

    /// <summary>The task of somebody who waits for the end.</summary>
    public ValueTask Completion()
    {
        IsAwaited = true;
        return new ValueTask(this, _completion.Version);
    }

    public void Complete()
    {
        if (Error is null)
        {
            _completion.SetResult(true);
        }
        else
        {
            _completion.SetException(new LuaException(Error));
        }
    }

    public void GetResult(short token)
    {
        try
        {
            _completion.GetResult(token);
        }
        finally
        {
            _completion.Reset();
            worker.Recycle(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
