using System.Globalization;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>Jaeger's: <c>uber-trace-id</c> and <c>uberctx-…</c>.</summary>
sealed class JaegerFormat : TraceFormat
{
    const string Header = "uber-trace-id";
    const string Prefix = "uberctx-";

    public override string Name => "jaeger";

    protected override ReadOnlySpan<int> TraceIdSizes => [16, 8];

    public override TraceContext? Read(RequestContext context)
    {
        if (Single(context, Header) is not { Length: > 0 } header)
            return null;

        var parts = header.Split(':');
        if (parts.Length != 4 || !parts.All(static part => part.Length > 0 && IsHex(part)))
            return Refuse(context, "invalid jaeger uber-trace-id header");

        if (parts[0].Length > 32 || IsZero(parts[0]))
            return Refuse(context, "invalid jaeger trace ID");

        if (parts[2].Length != 16 && !IsZero(parts[2]))
            Ignore(context, "invalid jaeger parent ID");

        if (parts[1].Length > 16 || IsZero(parts[1]))
            return Refuse(context, "invalid jaeger span ID");

        if (parts[3].Length > 2)
            return Refuse(context, "invalid jaeger flags");

        return new TraceContext
        {
            TraceId = FromHex(parts[0]),
            SpanId = FromHex(parts[1]),
            ParentId = FromHex(parts[2]),
            ReusesSpanId = true,
            ShouldSample = (byte.Parse(parts[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & 1) == 1,
            Baggage = Baggage(context, Prefix),
        };
    }

    protected override string WriteCore(ServiceRequest request, TraceContext trace)
    {
        var id = Hex(trace.TraceId);
        var parent = trace.ParentId is null ? "0" : Hex(trace.ParentId);
        request.SetHeader(Header, $"{id}:{Hex(trace.SpanId)}:{parent}:{(trace.ShouldSample is true ? "01" : "00")}");
        WriteBaggage(request, trace, Prefix);
        return id;
    }

    static TraceContext? Refuse(RequestContext context, string what)
    {
        Ignore(context, what);
        return null;
    }
}
