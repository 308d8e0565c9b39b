using System.Text.RegularExpressions;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>Google Cloud's: <c>x-cloud-trace-context</c>, with the span in decimal.</summary>
sealed partial class GcpFormat : TraceFormat
{
    const string Header = "x-cloud-trace-context";

    public override string Name => "gcp";

    protected override ReadOnlySpan<int> TraceIdSizes => [16];

    public override TraceContext? Read(RequestContext context)
    {
        if (Single(context, Header) is not { } header)
            return null;

        var match = Pattern().Match(header);
        if (!match.Success)
        {
            Ignore(context, "invalid GCP header");
            return null;
        }

        return new TraceContext
        {
            TraceId = FromHex(match.Groups[1].Value),
            SpanId = FromDecimal(match.Groups[2].Value),
            ShouldSample = match.Groups[3].Value == "1",
        };
    }

    protected override string WriteCore(ServiceRequest request, TraceContext trace)
    {
        var id = Hex(trace.TraceId);
        request.SetHeader(Header, $"{id}/{Decimal(trace.SpanId!)};o={(trace.ShouldSample is true ? "1" : "0")}");
        return id;
    }

    [GeneratedRegex("^([0-9a-f]{32})/([0-9]{1,20})(?:;o=([0-9]))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
