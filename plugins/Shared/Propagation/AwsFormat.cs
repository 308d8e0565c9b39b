using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>AWS X-Ray's: <c>x-amzn-trace-id</c>.</summary>
sealed class AwsFormat : TraceFormat
{
    const string Header = "x-amzn-trace-id";

    public override string Name => "aws";

    protected override ReadOnlySpan<int> TraceIdSizes => [16];

    public override TraceContext? Read(RequestContext context)
    {
        if (Single(context, Header) is not { } header)
            return null;

        var trace = new TraceContext();
        foreach (var item in header.Split(';'))
        {
            var parts = item.Split('=');
            var (key, value) = (parts[0].Trim(), parts.Length > 1 ? parts[1].Trim() : "");
            switch (key)
            {
                case "Root" when TraceIdOf(value) is { } id:
                    trace = trace with { TraceId = id };
                    break;
                case "Parent" when value.Length == 16 && IsHex(value):
                    trace = trace with { SpanId = FromHex(value) };
                    break;
                case "Sampled" when value is "0" or "1":
                    trace = trace with { ShouldSample = value == "1" };
                    break;
                case "Root" or "Parent" or "Sampled":
                    Ignore(context, $"invalid aws header {(key == "Root" ? "trace id" : key == "Parent" ? "parent id" : "sampled flag")}");
                    return null;
            }
        }

        return trace is { TraceId: null, SpanId: null, ShouldSample: null } ? null : trace;
    }

    protected override string WriteCore(ServiceRequest request, TraceContext trace)
    {
        var id = Hex(trace.TraceId);
        request.SetHeader(Header, $"Root=1-{id[..8]}-{id[8..]};Parent={Hex(trace.SpanId)};Sampled={(trace.ShouldSample is true ? "1" : "0")}");
        return id;
    }

    static byte[]? TraceIdOf(string value)
    {
        var parts = value.Split('-');
        return parts is ["1", { Length: 8 } time, { Length: 24 } rest] && IsHex(time) && IsHex(rest) ? FromHex(time + rest) : null;
    }
}
