using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.RateLimiting;

/// <summary>How many requests somebody has made in a period: what policy <c>cluster</c> counts with.</summary>
[Entity(
    "ratelimiting_metrics",
    PrimaryKey = ["identifier", "period", "period_date", "service_id", "route_id"],
    Workspaceable = false,
    GenerateAdminApi = false,
    Exported = false,
    Ttl = true)]
sealed record RateLimitingMetric
{
    /// <summary>Whose requests.</summary>
    [Length(Min = 0)]
    public required string Identifier { get; init; }

    /// <summary>The period: <c>second</c> to <c>year</c>.</summary>
    public required string Period { get; init; }

    /// <summary>When the period began.</summary>
    public required DateTimeOffset PeriodDate { get; init; }

    /// <summary>The service the configuration is attached to, or the empty id.</summary>
    public required Guid ServiceId { get; init; }

    /// <summary>The route the configuration is attached to, or the empty id.</summary>
    public required Guid RouteId { get; init; }

    /// <summary>How many.</summary>
    public required long Value { get; init; }
}
