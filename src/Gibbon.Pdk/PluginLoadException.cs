namespace Gibbon.Pdk;

/// <summary>A plugin cannot be used; the message is the one line that a user reads.</summary>
/// <param name="message">The line.</param>
public sealed class PluginLoadException(string message) : Exception(message);
