using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>OpenTracing's: <c>ot-tracer-…</c> and <c>ot-baggage-…</c>.</summary>
sealed class OtFormat : TraceFormat
{
    const string Prefix = "ot-baggage-";

    public override string Name => "ot";

    protected override ReadOnlySpan<int> TraceIdSizes => [8, 16];

    public override TraceContext? Read(RequestContext context)
    {
        var sampled = Part(context, "ot-tracer-sampled");
        var traceId = Part(context, "ot-tracer-traceid");
        var spanId = Part(context, "ot-tracer-spanid");
        if (sampled is null && traceId is null && spanId is null)
            return null;

        if (sampled is not (null or "0" or "1" or "true" or "false"))
            Ignore(context, "ot-tracer-sampled header invalid");

        var isValid = Check(context, "ot-tracer-traceid", traceId, allowsLong: true) & Check(context, "ot-tracer-spanid", spanId, allowsLong: false);
        var isTraced = isValid && traceId is not null;
        var trace = new TraceContext
        {
            TraceId = isTraced ? FromHex(traceId) : null,
            SpanId = isTraced ? FromHex(spanId) : null,
            ShouldSample = sampled switch
            {
                "1" or "true" => true,
                "0" or "false" => false,
                _ => null,
            },
            Baggage = Baggage(context, Prefix),
        };
        return trace is { TraceId: null, ShouldSample: null, Baggage: null } ? null : trace;
    }

    protected override string WriteCore(ServiceRequest request, TraceContext trace)
    {
        var id = Hex(trace.TraceId);
        request.SetHeader("ot-tracer-traceid", id);
        request.SetHeader("ot-tracer-spanid", Hex(trace.SpanId));
        if (trace.ShouldSample is { } sampled)
            request.SetHeader("ot-tracer-sampled", sampled ? "1" : "0");

        WriteBaggage(request, trace, Prefix);
        return id;
    }

    static bool Check(RequestContext context, string name, string? id, bool allowsLong)
    {
        if (id is null || ((id.Length == 16 || (allowsLong && id.Length == 32)) && IsHex(id)))
            return true;

        Ignore(context, $"{name} header invalid");
        return false;
    }
}
