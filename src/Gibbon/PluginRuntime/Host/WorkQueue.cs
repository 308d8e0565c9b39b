using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.PluginRuntime.Host;

/// <summary>
/// One queue: entries wait until a batch is full or the first of it has waited long enough, a batch is tried until it succeeds or its time is
/// over, and when there are too many entries the oldest go.
/// </summary>
internal sealed class WorkQueue<TConfig, TEntry>(
    Func<TConfig, IReadOnlyList<TEntry>, CancellationToken, ValueTask<Result>> handler,
    string label,
    TimeProvider time,
    ErrorLog log,
    CancellationToken stopping) : IQueue<TEntry>, IDrainable
{
    private readonly Queue<(TEntry Entry, int Bytes)> _entries = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = NewSignal();
    private Task _running = Task.CompletedTask;
    private long _bytes;
    private bool _isRunning;
    private bool _isFullReported;
    private bool _hasDropped;
    private bool _isNearlyFullReported;
    private volatile bool _hurry;
    private volatile bool _isWanted = true;

    // What the plugin's configuration says by now: a change of it is a change of the queue.
    private volatile QueueConfig _parameters = new();
    private TConfig _config = default!;

    /// <summary>Somebody asks for the queue, whose configuration may be another by now: from here on it counts, for the handler too.</summary>
    public void Use(QueueConfig parameters, TConfig config)
    {
        _config = config;
        _isWanted = true;
        if (!ReferenceEquals(_parameters, parameters))
        {
            _parameters = parameters;
        }
    }

    public bool WasIdle()
    {
        lock (_gate)
        {
            bool isIdle = !_isWanted && !_isRunning && _entries.Count == 0;
            _isWanted = false;
            return isIdle;
        }
    }

    public bool IsAtWork
    {
        get
        {
            lock (_gate)
            {
                return _isRunning;
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    public bool IsFull => !HasRoomFor();

    public bool HasRoomFor(int bytes = 0)
    {
        lock (_gate)
        {
            return _entries.Count < _parameters.MaxEntries && !(_bytes >= _parameters.MaxBytes || _bytes + bytes > _parameters.MaxBytes);
        }
    }

    public Result Enqueue(TEntry entry, int bytes = 0)
    {
        if (_parameters.ConcurrencyLimit == -1)
        {
            _ = Task.Run(() => SendAsync([entry]), CancellationToken.None);
            return Result.Ok;
        }

        if (_parameters.MaxBytes is { } most && bytes > most)
        {
            string refused = $"string to be queued is longer ({bytes} bytes) than the queue's max_bytes ({most} bytes)";
            log.Write(LogSeverity.Error, $"[kong] {label}: {refused}");
            return Result.Failure(refused);
        }

        lock (_gate)
        {
            MakeRoom(bytes);
            _entries.Enqueue((entry, bytes));
            _bytes += bytes;
            _changed.TrySetResult();
            if (!_isRunning)
            {
                _isRunning = true;
                _running = Task.Run(RunAsync, CancellationToken.None);
            }
        }

        return Result.Ok;
    }

    public Task DrainAsync()
    {
        _hurry = true;
        lock (_gate)
        {
            _changed.TrySetResult();
            return _running;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void MakeRoom(int bytes)
    {
        if (_entries.Count >= _parameters.MaxEntries * 0.8)
        {
            Report(ref _isNearlyFullReported, LogSeverity.Warn, "queue at 80% capacity");
        }
        else
        {
            _isNearlyFullReported = false;
        }

        int dropped = 0;
        while (_entries.Count >= _parameters.MaxEntries)
        {
            _bytes -= _entries.Dequeue().Bytes;
            dropped++;
        }

        if (dropped > 0)
        {
            Report(ref _isFullReported, LogSeverity.Error, "queue full, dropping old entries until processing is successful again");
        }

        int tooLarge = 0;
        while (_parameters.MaxBytes is { } most && _entries.Count > 0 && _bytes + bytes > most)
        {
            _bytes -= _entries.Dequeue().Bytes;
            tooLarge++;
        }

        _hasDropped |= dropped + tooLarge > 0;
        if (tooLarge > 0)
        {
            log.Write(LogSeverity.Error, $"[kong] {label}: byte capacity exceeded, {tooLarge} queue entries were dropped");
        }
    }

    private void Report(ref bool isReported, LogSeverity severity, string message)
    {
        if (!isReported)
        {
            isReported = true;
            log.Write(severity, $"[kong] {label}: {message}");
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await WaitForBatchAsync().ConfigureAwait(false);
            List<TEntry> batch = [];
            lock (_gate)
            {
                if (_entries.Count == 0)
                {
                    _isRunning = false;
                    return;
                }

                while (batch.Count < _parameters.MaxBatchSize && _entries.TryDequeue(out (TEntry Entry, int Bytes) next))
                {
                    batch.Add(next.Entry);
                    _bytes -= next.Bytes;
                }

                // Whoever reads the log wants to know how long it went on, so a queue that stays full says so with each batch.
                if (_hasDropped)
                {
                    _hasDropped = _isFullReported = false;
                    log.Write(LogSeverity.Info, $"[kong] {label}: queue resumed processing");
                }
            }

            await SendAsync(batch).ConfigureAwait(false);
        }
    }

    private async ValueTask WaitForBatchAsync()
    {
        long deadline = time.GetTimestamp() + (long)(_parameters.MaxCoalescingDelay * time.TimestampFrequency);
        while (!stopping.IsCancellationRequested)
        {
            Task changed;
            lock (_gate)
            {
                // Asked within the lock: a drain that comes after it completes the signal made below.
                if (_hurry || _entries.Count == 0 || _entries.Count >= _parameters.MaxBatchSize)
                {
                    return;
                }

                _changed = _changed.Task.IsCompleted ? NewSignal() : _changed;
                changed = _changed.Task;
            }

            TimeSpan left = time.GetElapsedTime(time.GetTimestamp(), deadline);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            using CancellationTokenSource given = new();
            Task delay = Task.Delay(left, time, given.Token);
            await Task.WhenAny(changed, delay).ConfigureAwait(false);
            await given.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task SendAsync(List<TEntry> batch)
    {
        long started = time.GetTimestamp();
        for (int attempt = 0; ; attempt++)
        {
            Result result = await TryAsync(batch).ConfigureAwait(false);
            if (result.IsOk)
            {
                return;
            }

            log.Write(LogSeverity.Warn, $"[kong] {label}: handler could not process entries: {result.Error}");
            double elapsed = time.GetElapsedTime(started).TotalSeconds;
            if (elapsed > _parameters.MaxRetryTime || stopping.IsCancellationRequested)
            {
                log.Write(
                    LogSeverity.Error,
                    $"[kong] {label}: could not send entries due to max_retry_time exceeded. {batch.Count} queue entries were lost");
                return;
            }

            double delay = Math.Min(_parameters.MaxRetryDelay, Math.Pow(2, attempt) * _parameters.InitialRetryDelay);
            await Task.Delay(TimeSpan.FromSeconds(delay), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask<Result> TryAsync(List<TEntry> batch)
    {
        try
        {
            return await handler(_config, batch, stopping).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            return Result.Failure(failure.Message);
        }
    }
}
