namespace Gibbon.PluginServers;

/// <summary>A plugin server could not be reached, or answered with an error.</summary>
internal sealed class ServerException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether what the server knew is gone, since it has been started anew: it is told of the configuration again, and asked again.</summary>
    public bool IsForgetful => Message.Contains("no plugin instance", StringComparison.OrdinalIgnoreCase)
        || Message.Contains("closed", StringComparison.OrdinalIgnoreCase);
}
