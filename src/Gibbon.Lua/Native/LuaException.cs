namespace Gibbon.Lua.Native;

/// <summary>An error of Lua code, with Lua's traceback.</summary>
internal sealed class LuaException(string message) : Exception(message)
{
    /// <summary>The message alone: the log names the file and line of the plugin, not those of the host.</summary>
    public override string ToString() => Message;
}
