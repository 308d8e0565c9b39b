namespace Gibbon.Pdk;

/// <summary>What a span is to the conversation; the numbers are OpenTelemetry's.</summary>
public enum SpanKind
{
    /// <summary>Not said.</summary>
    Unspecified = 0,

    /// <summary>Work inside the gateway. The default.</summary>
    Internal = 1,

    /// <summary>A request that was received.</summary>
    Server = 2,

    /// <summary>A request that was sent.</summary>
    Client = 3,

    /// <summary>A message that was sent.</summary>
    Producer = 4,

    /// <summary>A message that was received.</summary>
    Consumer = 5,
}
