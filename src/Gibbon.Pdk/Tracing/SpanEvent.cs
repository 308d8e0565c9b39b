using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>Something that happened during a span.</summary>
/// <param name="Name">What.</param>
/// <param name="TimeNs">When, in nanoseconds since 1970.</param>
/// <param name="Attributes">More about it, if anything.</param>
public sealed record SpanEvent(string Name, long TimeNs, ValueMap? Attributes);
