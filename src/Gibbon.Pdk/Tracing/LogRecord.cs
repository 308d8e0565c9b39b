using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>A line of the log as OpenTelemetry sees it.</summary>
/// <param name="TimeNs">When, in nanoseconds since 1970.</param>
/// <param name="Level">How grave it is; <c>null</c> if that is not said.</param>
/// <param name="Message">What it says.</param>
/// <param name="Attributes">More about it: <c>request.id</c>, <c>introspection.source</c> …</param>
/// <param name="SpanId">The span that was active, 8 bytes; empty if there was none.</param>
public sealed record LogRecord(long TimeNs, LogLevel? Level, string Message, ValueMap Attributes, ReadOnlyMemory<byte> SpanId = default);
