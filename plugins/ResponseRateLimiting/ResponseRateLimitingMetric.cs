using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.ResponseRateLimiting;

/// <summary>How much of a limit somebody has used in a period. Kong has the table, but no entity for it.</summary>
[Entity(
    "response_ratelimiting_metrics",
    PrimaryKey = ["identifier", "period", "period_date", "service_id", "route_id"],
    Workspaceable = false,
    GenerateAdminApi = false,
    Exported = false)]
sealed record ResponseRateLimitingMetric : CounterMetric;
