using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.ResponseRateLimiting;

/// <summary>How much somebody has used in a period: what policy <c>cluster</c> counts with. Kong has the table, but no entity for it.</summary>
[Entity(
    "response_ratelimiting_metrics",
    PrimaryKey = ["identifier", "period", "period_date", "service_id", "route_id"],
    Workspaceable = false,
    GenerateAdminApi = false,
    Exported = false)]
sealed record ResponseRateLimitingMetric
{
    /// <summary>Whose use.</summary>
    [Length(Min = 0)]
    public required string Identifier { get; init; }

    /// <summary>The limit's name and the period: <c>video_minute</c>.</summary>
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
