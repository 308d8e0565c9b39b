namespace Gibbon.Plugins.Shared.Lua;

/// <summary>A piece of Lua failed while it ran, as it would have in Lua: the plugin that ran it has failed.</summary>
sealed class LuaException(string message) : Exception(message);
