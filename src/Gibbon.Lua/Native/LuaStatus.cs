namespace Gibbon.Lua.Native;

/// <summary>How a call or a resumption ended, with LuaJIT's numbers.</summary>
internal enum LuaStatus
{
    Ok = 0,
    Yielded = 1,
    RuntimeError = 2,
    SyntaxError = 3,
    OutOfMemory = 4,
    ErrorInHandler = 5,
}
