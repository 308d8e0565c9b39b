namespace Gibbon.Plugins.OpenTelemetry;

/// <summary>What the plugin remembers of a request.</summary>
sealed class OpenTelemetryState
{
    /// <summary>The trace that the client said; <c>null</c> if it said none.</summary>
    public byte[]? TraceId { get; set; }

    /// <summary>The flags of the trace.</summary>
    public byte Flags { get; set; }
}
