namespace Gibbon.Lua.Host;

/// <summary>One wait of a coroutine. It is ended once: by what was waited for, or by somebody who ends the coroutine.</summary>
internal sealed class LuaWait(LuaRun run)
{
    private int _isEnded;

    public LuaRun Run => run;

    /// <summary>Whether the caller is the one who ends it.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _isEnded, 1) == 0;
}
