namespace Gibbon.Pdk;

/// <summary>A piece of the response's body on its way to the client. One object per request, filled anew for each piece.</summary>
public sealed class BodyChunk
{
    /// <summary>
    /// The bytes; valid until the plugin returns. Replace them with what shall be sent instead; empty sends nothing. The plugin that runs
    /// next sees the replacement.
    /// </summary>
    public ReadOnlyMemory<byte> Data { get; set; }

    /// <summary>Whether this is the last piece; it may be empty.</summary>
    public bool IsLast { get; set; }
}
