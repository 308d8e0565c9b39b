using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>
/// Looks at the files that plugins were loaded from, again and again, since notices of the operating system do not come from every file system. What has changed is acted upon when it has
/// stopped changing. Who has changed one file changes others: for a while it looks more often.
/// </summary>
internal sealed class LuaFileWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan AttentiveInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);

    // A file that is about to be written is empty first, and what writes it may have to wait for a processor.
    private static readonly TimeSpan SettlingOfNothing = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Attention = TimeSpan.FromSeconds(5);

    private readonly LuaHost _host;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private IReadOnlyDictionary<string, FileStamp>? _seen;
    private long _seenAt;
    private long? _lastChange;
    private volatile bool _isClosed;

    public LuaFileWatch(LuaHost host, TimeProvider time)
    {
        _host = host;
        _time = time;
        _timer = time.CreateTimer(static state => _ = ((LuaFileWatch)state!).LookAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _isClosed = true;
        _timer.Dispose();
    }

    // One at a time: the next is asked for when this is through.
    private async Task LookAsync()
    {
        try
        {
            LuaFiles files = _host.Surroundings.Files;
            IReadOnlyDictionary<string, FileStamp> changed = files.Changed();
            if (changed.Count == 0 || !IsAsSeen(changed))
            {
                _seen = changed;
                _seenAt = _time.GetTimestamp();
                return;
            }

            if (_time.GetElapsedTime(_seenAt) < (changed.Values.Any(static stamp => stamp.Length == 0) ? SettlingOfNothing : Settling))
            {
                return;
            }

            _seen = null;
            _lastChange = _time.GetTimestamp();
            if (files.Acknowledge(changed))
            {
                _host.Outdated?.Invoke();
            }
            else
            {
                await _host.ReloadAsync().ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            _host.Surroundings.Log(LogLevel.Err, $"the files of plugins could not be watched: {failure}", "", 0, null);
        }
        finally
        {
            if (!_isClosed)
            {
                _ = _timer.Change(Pause(), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private TimeSpan Pause() =>
        _seen is { Count: > 0 } || (_lastChange is { } last && _time.GetElapsedTime(last) < Attention) ? AttentiveInterval : Interval;

    private bool IsAsSeen(IReadOnlyDictionary<string, FileStamp> changed) =>
        _seen is { } seen && seen.Count == changed.Count && changed.All(entry => seen.TryGetValue(entry.Key, out FileStamp? stamp) && stamp == entry.Value);
}
