namespace Gibbon.Lua.Host;

/// <summary>
/// How long a thread has been in a state, as far as that is the plugin's doing: the processor time that it has used there, not the time that it waited for a processor which others
/// had. A call into something native that only waits uses none; the clock on the wall bounds it, more generously.
/// </summary>
internal sealed class LuaStay(TimeSpan patience)
{
    private const int NativePatience = 3;

    private long _entry;
    private TimeSpan _usedBefore;
    private TimeSpan _used;
    private TimeSpan? _asleepSince;
    private TimeSpan _asleep;

    /// <summary>Notes what was seen.</summary>
    /// <param name="entry">Which stay it is; another one begins anew.</param>
    /// <param name="now">The time on the wall, since any moment.</param>
    /// <param name="used">The processor time that the thread has used at all; null when that is not known.</param>
    /// <param name="isAsleep">Whether it waits for something other than a processor.</param>
    public void Note(long entry, TimeSpan now, TimeSpan? used, bool isAsleep)
    {
        TimeSpan present = used ?? now;
        if (entry != _entry)
        {
            (_entry, _usedBefore, _used, _asleepSince, _asleep) = (entry, present, default, null, default);
        }

        // What it used since the last look it was not asleep for.
        bool stillAsleep = isAsleep && present - _usedBefore == _used;
        _used = present - _usedBefore;
        _asleepSince = !isAsleep ? null : stillAsleep ? _asleepSince ?? now : now;
        _asleep = _asleepSince is { } since ? now - since : default;
    }

    /// <summary>Whether it has been there for so many times as long as it may.</summary>
    public bool Exceeds(int times) => _used >= times * patience || _asleep >= (NativePatience + times - 1) * patience;
}
