using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>B3 in one header, as it is written; <see cref="B3Format"/> reads it.</summary>
sealed class B3SingleFormat : TraceFormat
{
    const string Header = "b3";

    public override string Name => "b3-single";

    public override string LogName => "b3";

    protected override bool NeedsIds => false;

    protected override ReadOnlySpan<int> TraceIdSizes => [16, 8];

    public override TraceContext? Read(RequestContext context) => null;

    protected override string WriteCore(ServiceRequest request, TraceContext trace)
    {
        var sampled = trace switch
        {
            { Flags: "1" } => "d",
            { ShouldSample: true } => "1",
            { ShouldSample: false } => "0",
            _ => null,
        };
        if (trace.TraceId is null || trace.SpanId is null)
        {
            request.SetHeader(Header, sampled ?? "0");
            return Hex(trace.TraceId);
        }

        var id = Hex(trace.TraceId);
        var parent = trace.ParentId is null ? "" : "-" + Hex(trace.ParentId);
        request.SetHeader(Header, $"{id}-{Hex(trace.SpanId)}{(sampled is null ? "" : "-" + sampled)}{parent}");
        return id;
    }
}
