using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Gibbon.Settings;

/// <summary>Which parts of a request become spans, and how often.</summary>
internal sealed record TracingSettings
{
    /// <summary>Kong's words (<c>request</c>, <c>router</c>, <c>balancer</c>…, <c>all</c>); empty: off.</summary>
    public required ImmutableArray<string> Instrumentations { get; init; }

    /// <summary>0 to 1.</summary>
    public required double SamplingRate { get; init; }

    private static readonly FrozenSet<string> Kinds = new[]
    {
        "off", "all", "request", "db_query", "dns_query", "router", "http_client", "balancer",
        "plugin_rewrite", "plugin_access", "plugin_header_filter", "create_span",
    }.ToFrozenSet();

    public static TracingSettings From(SettingReader read)
    {
        var kinds = read.List("tracing_instrumentations");
        foreach (var kind in kinds)
        {
            if (!Kinds.Contains(kind))
                read.Fail($"invalid tracing type: {kind}");
        }

        if (kinds.Length > 1 && kinds.Contains("off"))
            read.Fail("invalid tracing types: off, other types are mutually exclusive");
        var off = kinds.IsEmpty || kinds[0] == "off";
        var rate = read.Number("tracing_sampling_rate") ?? 0;
        if (!off && rate is < 0 or > 1)
            read.Fail("tracing_sampling_rate must be between 0 and 1");
        return new TracingSettings { Instrumentations = off ? [] : kinds, SamplingRate = rate };
    }
}
