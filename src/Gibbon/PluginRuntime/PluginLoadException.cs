namespace Gibbon.PluginRuntime;

/// <summary>A plugin cannot be used; the message is the one line that a user reads.</summary>
internal sealed class PluginLoadException(string message) : Exception(message);
