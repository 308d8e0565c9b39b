using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>
/// Looks at the files that plugins were loaded from, again and again, since notices of the operating system do not come from every file system. What has changed is acted upon when it has
/// stopped changing.
/// </summary>
internal sealed class LuaFileWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private readonly LuaHost _host;
    private readonly ITimer _timer;
    private IReadOnlyDictionary<string, FileStamp>? _seen;
    private int _isLooking;

    public LuaFileWatch(LuaHost host, TimeProvider time)
    {
        _host = host;
        _timer = time.CreateTimer(static state => _ = ((LuaFileWatch)state!).LookAsync(), this, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private async Task LookAsync()
    {
        if (Interlocked.Exchange(ref _isLooking, 1) != 0)
        {
            return;
        }

        try
        {
            LuaFiles files = _host.Surroundings.Files;
            IReadOnlyDictionary<string, FileStamp> changed = files.Changed();
            if (changed.Count == 0 || !IsAsSeen(changed))
            {
                _seen = changed;
                return;
            }

            _seen = null;
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
            Volatile.Write(ref _isLooking, 0);
        }
    }

    private bool IsAsSeen(IReadOnlyDictionary<string, FileStamp> changed) =>
        _seen is { } seen && seen.Count == changed.Count && changed.All(entry => seen.TryGetValue(entry.Key, out FileStamp? stamp) && stamp == entry.Value);
}
