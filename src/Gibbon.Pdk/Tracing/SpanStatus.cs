namespace Gibbon.Pdk;

/// <summary>How what a span measures ended; the numbers are OpenTelemetry's.</summary>
public enum SpanStatus
{
    /// <summary>Not said.</summary>
    Unset = 0,

    /// <summary>Well.</summary>
    Ok = 1,

    /// <summary>Badly.</summary>
    Error = 2,
}
