using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.RateLimiting;

/// <summary>How many requests somebody has made in a period.</summary>
[Entity(
    "ratelimiting_metrics",
    PrimaryKey = ["identifier", "period", "period_date", "service_id", "route_id"],
    Workspaceable = false,
    GenerateAdminApi = false,
    Exported = false,
    Ttl = true)]
sealed record RateLimitingMetric : CounterMetric;
