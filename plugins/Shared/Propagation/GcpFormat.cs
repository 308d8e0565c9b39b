using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>Google Cloud's: <c>x-cloud-trace-context</c>, with the span in decimal.</summary>
sealed class GcpFormat : TraceFormat
{
    const string Header = "x-cloud-trace-context";

    public override string Name => "gcp";

    protected override ReadOnlySpan<int> TraceIdSizes => [16];

    public override TraceContext? Read(RequestContext context)
    {
        if (Single(context, Header) is not { } header)
            return null;

        var slash = header.IndexOf('/', StringComparison.Ordinal);
        var options = header.IndexOf(';', StringComparison.Ordinal) is var mark and >= 0 ? mark : header.Length;
        if (slash != 32 || !IsHex(header.AsSpan(0, slash)) || header.AsSpan(0, slash).ContainsAnyInRange('A', 'F') || options - slash - 1 is < 1 or > 20
            || header.AsSpan(slash + 1, options - slash - 1).ContainsAnyExceptInRange('0', '9') || !IsOptions(header.AsSpan(options)))
        {
            Ignore(context, "invalid GCP header");
            return null;
        }

        return new TraceContext
        {
            TraceId = FromHex(header[..slash]),
            SpanId = FromDecimal(header[(slash + 1)..options]),
            ShouldSample = header.EndsWith(";o=1", StringComparison.Ordinal),
        };
    }

    protected override string WriteCore(ServiceRequest request, TraceContext trace)
    {
        var id = Hex(trace.TraceId);
        request.SetHeader(Header, $"{id}/{Decimal(trace.SpanId!)};o={(trace.ShouldSample is true ? "1" : "0")}");
        return id;
    }

    // None, or ";o=" and a digit.
    static bool IsOptions(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text.Length == 4 && text.StartsWith(";o=", StringComparison.Ordinal) && char.IsAsciiDigit(text[3]));
}
