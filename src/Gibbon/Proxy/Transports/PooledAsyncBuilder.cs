using System.Runtime.CompilerServices;

namespace Gibbon.Proxy.Transports;

#pragma warning disable CA1822 // The compiler calls a builder's members on the instance.

/// <summary>
/// Builder for async methods of the request path: their state machines come from a pool and go back when the result is taken, so that
/// waiting costs no allocation however many requests wait at once. (The framework's pooling builder keeps one machine per thread and
/// core, which hundreds of waiting requests outrun.) As with every pooled <see cref="ValueTask"/>, await the result once.
/// </summary>
internal struct PooledAsyncBuilder<T>
{
    private PooledAsyncBox<T>? _box;
    private Exception? _exception;
    private T _result;

    public static PooledAsyncBuilder<T> Create() => default;

    public readonly ValueTask<T> Task =>
        _box is not null ? _box.Task
        : _exception is not null ? ValueTask.FromException<T>(_exception)
        : new ValueTask<T>(_result);

    public readonly ValueTask PlainTask =>
        _box is not null ? _box.PlainTask
        : _exception is not null ? ValueTask.FromException(_exception)
        : default;

    // The framework's Start is only a call of MoveNext that keeps the caller's execution context from changes made inside.
    public readonly void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => default(AsyncTaskMethodBuilder).Start(ref machine);

    public readonly void SetStateMachine(IAsyncStateMachine machine) => ArgumentNullException.ThrowIfNull(machine);

    public void SetResult(T result)
    {
        if (_box is null) _result = result;
        else _box.SetResult(result);
    }

    public void SetException(Exception exception)
    {
        if (_box is null) _exception = exception;
        else _box.SetException(exception);
    }

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => awaiter.OnCompleted(Box(ref machine).Continuation);

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(Box(ref machine).Continuation);

    private PooledAsyncBox<T> Box<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine
    {
        if (_box is null)
        {
            // The field is set before the machine is copied: the copy's builder must know its box.
            var box = PooledAsyncBox<T, TMachine>.Rent();
            _box = box;
            box.Machine = machine;
        }

        _box.CaptureContext();
        return _box;
    }
}

/// <summary><see cref="PooledAsyncBuilder{T}"/> for methods without result.</summary>
internal struct PooledAsyncBuilder
{
    private PooledAsyncBuilder<bool> _builder;

    public static PooledAsyncBuilder Create() => default;

    public readonly ValueTask Task => _builder.PlainTask;

    public readonly void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => default(AsyncTaskMethodBuilder).Start(ref machine);

    public readonly void SetStateMachine(IAsyncStateMachine machine) => ArgumentNullException.ThrowIfNull(machine);

    public void SetResult() => _builder.SetResult(true);

    public void SetException(Exception exception) => _builder.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref machine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
}
