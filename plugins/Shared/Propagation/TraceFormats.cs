namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>The formats there are.</summary>
static class TraceFormats
{
    static readonly Dictionary<string, TraceFormat> ByName = new TraceFormat[]
    {
        new B3Format(), new B3SingleFormat(), new W3cFormat(), new JaegerFormat(), new OtFormat(), new DatadogFormat(), new AwsFormat(), new GcpFormat(),
    }.ToDictionary(static format => format.Name, StringComparer.Ordinal);

    /// <summary>The formats that are looked for where a configuration does not say, in this order.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["b3", "w3c", "jaeger", "ot", "datadog", "aws", "gcp"];

    /// <summary>A format by its name.</summary>
    public static TraceFormat Of(string name) => ByName[name];
}
