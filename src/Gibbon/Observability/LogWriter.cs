using Gibbon.Settings;

namespace Gibbon.Observability;

/// <summary>
/// Appends lines to a log. Whoever logs copies a line into memory and goes on; one thread of the log's own writes what has gathered. When lines
/// come faster than they can be written, the newest are dropped and counted.
/// </summary>
internal sealed class LogWriter : IAsyncDisposable
{
    private const int FirstSize = 64 * 1024;
    private static readonly TimeSpan MostWaitAtEnd = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _some = new(0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LogOutput? _output;
    private readonly int _mostWaiting;
    private readonly TimeSpan _gathering;
    private byte[] _filling = [];
    private byte[] _spare = [];
    private int _length;
    private long _dropped;
    private bool _ending;
    private bool _isWriting;
    private TaskCompletionSource? _flush;
    private volatile bool _reopen;

    /// <param name="target">Where the lines go.</param>
    /// <param name="mostWaiting">Bytes that may wait to be written.</param>
    /// <param name="gathering">How long the writer lets lines gather before it writes: fewer, larger writes.</param>
    /// <param name="severity">For syslog: the severity of a line.</param>
    public LogWriter(LogTarget target, int mostWaiting, TimeSpan gathering = default, SyslogSeverity? severity = null)
    {
        _mostWaiting = mostWaiting;
        _gathering = gathering;
        _output = LogOutput.For(target, severity);
        if (_output is null)
        {
            _ended.SetResult();
            return;
        }

        // A thread and not a task: an output that nobody reads blocks it, and it must block nobody else.
        new Thread(Run) { IsBackground = true, Name = "log writer" }.Start();
    }

    /// <summary>Whether lines go nowhere: they need not be made.</summary>
    public bool IsOff => _output is null;

    /// <summary>Lines that were lost because they came too fast.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes a line, without its line end.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        if (_output is null)
        {
            return;
        }

        bool isFirst;
        lock (_lock)
        {
            int length = _length + line.Length + 1;
            if (length > _mostWaiting || _ending)
            {
                _dropped++;
                return;
            }

            if (_filling.Length < length)
            {
                Array.Resize(ref _filling, Math.Max(Math.Max(FirstSize, length), _filling.Length * 2));
            }

            line.CopyTo(_filling.AsSpan(_length));
            _filling[length - 1] = (byte)'\n';
            isFirst = _length == 0;
            _length = length;
        }

        if (isFirst)
        {
            _some.Release();
        }
    }

    /// <summary>Opens the target anew before the next line.</summary>
    public void Reopen()
    {
        _reopen = true;
        _some.Release();
    }

    /// <summary>Completes when the lines that were taken before have been written.</summary>
    public Task FlushAsync()
    {
        Task flushed;
        lock (_lock)
        {
            if (_length == 0 && !_isWriting)
            {
                return Task.CompletedTask;
            }

            if (_ending)
            {
                return _ended.Task;
            }

            flushed = (_flush ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        _some.Release();
        return flushed;
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _ending = true;
        }

        _some.Release();
        await Task.WhenAny(_ended.Task, Task.Delay(MostWaitAtEnd)).ConfigureAwait(false);
    }

    private void Run()
    {
        bool ending = false;
        while (!ending)
        {
            _some.Wait();
            if (_gathering > TimeSpan.Zero)
            {
                // More lines signal nothing while some are waiting; a reopening or the end does, and is not kept waiting.
                _some.Wait(_gathering);
            }

            byte[] lines;
            int length;
            TaskCompletionSource? flush;
            lock (_lock)
            {
                (lines, length, ending, flush) = (_filling, _length, _ending, _flush);
                (_filling, _spare, _length, _flush) = (_spare, lines, 0, null);
                _isWriting = true;
            }

            if (_reopen)
            {
                _reopen = false;
                _output!.Reopen();
            }

            if (length > 0)
            {
                _output!.Write(lines.AsSpan(0, length));
            }

            lock (_lock)
            {
                _isWriting = false;
            }

            flush?.SetResult();
        }

        _output!.Dispose();
        _ended.SetResult();
    }
}
