using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>How much somebody has used in a period: a row that policy <c>cluster</c> counts with.</summary>
abstract record CounterMetric
{
    /// <summary>Whose use.</summary>
    [Length(Min = 0)]
    public required string Identifier { get; init; }

    /// <summary>The period, <c>second</c> to <c>year</c>; after the limit's name where limits have one: <c>video_minute</c>.</summary>
    public required string Period { get; init; }

    /// <summary>When the period began.</summary>
    public required DateTimeOffset PeriodDate { get; init; }

    /// <summary>The service the configuration is attached to, or the empty id.</summary>
    public required Guid ServiceId { get; init; }

    /// <summary>The route the configuration is attached to, or the empty id.</summary>
    public required Guid RouteId { get; init; }

    /// <summary>How much.</summary>
    public required long Value { get; init; }
}
