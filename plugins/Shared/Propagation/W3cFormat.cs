using System.Globalization;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>W3C Trace Context: <c>traceparent</c>.</summary>
sealed class W3cFormat : TraceFormat
{
    const string Header = "traceparent";

    public override string Name => "w3c";

    protected override ReadOnlySpan<int> TraceIdSizes => [16];

    public override TraceContext? Read(RequestContext context)
    {
        if (Single(context, Header) is not { Length: > 0 } header)
            return null;

        var parts = header.Split('-');
        if (parts.Length != 4 || !parts.All(static part => part.Length > 0 && IsHex(part)))
            return Refuse(context, "invalid W3C traceparent header");

        if (parts[0] != "00")
            return Refuse(context, "invalid W3C Trace Context version");

        if (parts[1].Length != 32 || IsZero(parts[1]))
            return Refuse(context, "invalid W3C trace context trace ID");

        if (parts[2].Length != 16 || IsZero(parts[2]))
            return Refuse(context, "invalid W3C trace context parent ID");

        if (parts[3].Length != 2)
            return Refuse(context, "invalid W3C trace context flags");

        var bits = byte.Parse(parts[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return new TraceContext { TraceId = FromHex(parts[1]), SpanId = FromHex(parts[2]), ShouldSample = (bits & 1) == 1, Bits = bits };
    }

    protected override string WriteCore(ServiceRequest request, TraceContext trace)
    {
        var id = Hex(trace.TraceId);
        request.SetHeader(Header, $"00-{id}-{Hex(trace.SpanId)}-{(trace.ShouldSample is true ? "01" : "00")}");
        return id;
    }

    static TraceContext? Refuse(RequestContext context, string what)
    {
        Ignore(context, what);
        return null;
    }
}
