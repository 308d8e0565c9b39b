using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Gibbon.Proxy.Transports;

/// <summary>Where the state machine of a waiting method lives; see <see cref="PooledAsyncBuilder{T}"/>.</summary>
internal abstract class PooledAsyncBox<T> : IValueTaskSource<T>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<T> _source;

    protected PooledAsyncBox() => Continuation = Continue;

    public Action Continuation { get; }

    public ValueTask<T> Task => new(this, _source.Version);

    public ValueTask PlainTask => new(this, _source.Version);

    protected ExecutionContext? Context { get; set; }

    public void CaptureContext() => Context = ExecutionContext.Capture();

    public void SetResult(T result) => _source.SetResult(result);

    public void SetException(Exception exception) => _source.SetException(exception);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public T GetResult(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _source.Reset();
            Context = null;
            Return();
        }
    }

    protected abstract void Continue();

    protected abstract void Return();
}

/// <summary>The box of one method's machine, with the pool of such boxes.</summary>
internal sealed class PooledAsyncBox<T, TMachine> : PooledAsyncBox<T>
    where TMachine : IAsyncStateMachine
{
    private const int LocalLimit = 256;
    private const int SharedLimit = 4096;

    private static readonly ConcurrentQueue<PooledAsyncBox<T, TMachine>> Shared = new();
    private static readonly ContextCallback Run = static box => ((PooledAsyncBox<T, TMachine>)box!).Machine.MoveNext();

    [ThreadStatic]
    private static PooledAsyncBox<T, TMachine>? t_first;

    [ThreadStatic]
    private static int t_count;

    private PooledAsyncBox<T, TMachine>? _next;

    public TMachine Machine = default!;

    public static PooledAsyncBox<T, TMachine> Rent()
    {
        var box = t_first;
        if (box is not null)
        {
            t_first = box._next;
            t_count--;
            box._next = null;
            return box;
        }

        return Shared.TryDequeue(out box) ? box : new PooledAsyncBox<T, TMachine>();
    }

    protected override void Continue()
    {
        var context = Context;
        if (context is null) Machine.MoveNext();
        else ExecutionContext.Run(context, Run, this);
    }

    // Called from inside the machine's last step: nothing may touch the box behind this.
    protected override void Return()
    {
        Machine = default!;
        if (t_count < LocalLimit)
        {
            _next = t_first;
            t_first = this;
            t_count++;
        }
        else if (Shared.Count < SharedLimit)
        {
            Shared.Enqueue(this);
        }
    }
}
