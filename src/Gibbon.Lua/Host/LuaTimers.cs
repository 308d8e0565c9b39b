namespace Gibbon.Lua.Host;

/// <summary>The timers of one state that have not come yet, or come again. Any thread may ask.</summary>
internal sealed class LuaTimers
{
    private readonly HashSet<LuaTimer> _timers = [];
    private bool _hasEnded;

    /// <summary>Takes a timer; says whether that still makes sense.</summary>
    public bool Add(LuaTimer timer)
    {
        lock (_timers)
        {
            return !_hasEnded && _timers.Add(timer);
        }
    }

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_timers)
            {
                return _timers.Count;
            }
        }
    }

    /// <summary>The timer of that name; null when it is not one of this state's.</summary>
    public LuaTimer? Find(string name)
    {
        lock (_timers)
        {
            return _timers.FirstOrDefault(timer => timer.Name == name);
        }
    }

    public void Remove(LuaTimer timer)
    {
        lock (_timers)
        {
            _timers.Remove(timer);
        }
    }

    /// <summary>The state is to end: what was to come later comes now, and is told that it is too early.</summary>
    public void End()
    {
        LuaTimer[] left;
        lock (_timers)
        {
            _hasEnded = true;
            left = [.. _timers];
            _timers.Clear();
        }

        foreach (LuaTimer timer in left)
        {
            timer.EndEarly();
        }
    }
}
