namespace Gibbon.Plugins.Session;

/// <summary>What is known of one request between its phases.</summary>
sealed class SessionState
{
    /// <summary>The session that the client came with.</summary>
    public OpenSession? Session { get; set; }

    /// <summary>Cookies by their names that are sent at the end of a phase.</summary>
    public OrderedDictionary<string, string> Waiting { get; } = [];
}
