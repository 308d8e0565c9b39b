using System.Collections.Concurrent;
using System.Globalization;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.PluginRuntime.Host;

/// <summary>Work of plugins at a later time; ends with the gateway.</summary>
internal sealed class Timers(TimeProvider time, ErrorLog log) : ITimers, IDisposable
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _timers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private int _lastNumber;
    private int _running;

    public int RunningCount => Volatile.Read(ref _running);

    // A timer that runs is still registered; between the two looks it may have ended.
    public int PendingCount => Math.Max(0, _timers.Count - RunningCount);

    public string At(TimeSpan delay, Func<CancellationToken, ValueTask> work)
    {
        string name = NextName();
        NamedAt(name, delay, work);
        return name;
    }

    public string Every(TimeSpan interval, Func<CancellationToken, ValueTask> work)
    {
        string name = NextName();
        NamedEvery(name, interval, work);
        return name;
    }

    public Result NamedAt(string name, TimeSpan delay, Func<CancellationToken, ValueTask> work) => Start(name, delay, TimeSpan.Zero, work);

    public Result NamedEvery(string name, TimeSpan interval, Func<CancellationToken, ValueTask> work) => Start(name, interval, interval, work);

    public bool Cancel(string name)
    {
        if (!_timers.TryRemove(name, out CancellationTokenSource? timer))
        {
            return false;
        }

        timer.Cancel();
        return true;
    }

    public void Dispose() => _stopping.Cancel();

    private string NextName() => "timer-" + Interlocked.Increment(ref _lastNumber).ToString(CultureInfo.InvariantCulture);

    private Result Start(string name, TimeSpan delay, TimeSpan interval, Func<CancellationToken, ValueTask> work)
    {
        CancellationTokenSource timer = new();
        if (!_timers.TryAdd(name, timer))
        {
            return Result.Failure("timer already exists");
        }

        _ = RunAsync(name, timer, delay, interval, work);
        return Result.Ok;
    }

    private async Task RunAsync(string name, CancellationTokenSource timer, TimeSpan delay, TimeSpan interval, Func<CancellationToken, ValueTask> work)
    {
        await Task.Yield();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _stopping.Token);
        TimeSpan wait = delay;
        do
        {
            if (!await WaitAsync(wait, either.Token).ConfigureAwait(false))
            {
                break;
            }

            long started = time.GetTimestamp();
            await DoAsync(name, work).ConfigureAwait(false);
            TimeSpan left = interval - time.GetElapsedTime(started);
            wait = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
        while (interval > TimeSpan.Zero);

        _timers.TryRemove(new KeyValuePair<string, CancellationTokenSource>(name, timer));
    }

    private async Task<bool> WaitAsync(TimeSpan wait, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async ValueTask DoAsync(string name, Func<CancellationToken, ValueTask> work)
    {
        Interlocked.Increment(ref _running);
        try
        {
            await work(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The gateway stops.
        }
        catch (Exception failure)
        {
            log.Write(LogSeverity.Error, $"[kong] timer {name} failed: {failure}");
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
