using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>Datadog's: <c>x-datadog-…</c>, with ids in decimal.</summary>
sealed class DatadogFormat : TraceFormat
{
    // Longer numbers are no ids, and parsing takes its time.
    const int MostDigits = 64;

    public override string Name => "datadog";

    protected override bool NeedsIds => false;

    protected override ReadOnlySpan<int> TraceIdSizes => [8];

    public override TraceContext? Read(RequestContext context)
    {
        var priority = Part(context, "x-datadog-sampling-priority");
        var trace = Part(context, "x-datadog-trace-id");
        var parent = Part(context, "x-datadog-parent-id");
        if (priority is null && trace is null && parent is null)
            return null;

        if (priority is not (null or "1" or "2" or "0" or "-1"))
        {
            Ignore(context, "x-datadog-sampling-priority header invalid");
            return null;
        }

        var traceId = ReadId(context, "x-datadog-trace-id", trace);
        var parentId = ReadId(context, "x-datadog-parent-id", parent);
        if (traceId is null && priority is null)
            return null;

        return new TraceContext
        {
            TraceId = traceId,
            SpanId = traceId is null ? null : parentId,
            ShouldSample = priority is null ? null : priority is "1" or "2",
        };
    }

    protected override string WriteCore(ServiceRequest request, TraceContext trace)
    {
        var id = trace.TraceId is null ? "" : Decimal(trace.TraceId);
        if (trace.TraceId is not null)
            request.SetHeader("x-datadog-trace-id", id);

        if (trace.SpanId is not null)
            request.SetHeader("x-datadog-parent-id", Decimal(trace.SpanId));

        if (trace.ShouldSample is { } sampled)
            request.SetHeader("x-datadog-sampling-priority", sampled ? "1" : "0");

        return id;
    }

    static byte[]? ReadId(RequestContext context, string name, string? text)
    {
        if (text is null)
            return null;

        var digits = text.Trim();
        if (digits.Length is > 0 and <= MostDigits && !digits.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return FromDecimal(digits);

        Ignore(context, $"{name} header invalid");
        return null;
    }
}
