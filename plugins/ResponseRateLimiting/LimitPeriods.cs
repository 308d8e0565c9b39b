using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.ResponseRateLimiting;

/// <summary>How much of one limit is allowed in each period.</summary>
sealed record LimitPeriods : LimitPerPeriod, IConfigureSchema
{
    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema
        .CheckWhole(static limits => PeriodOrder.Check(limits, "the"))
        .AtLeastOneOf("second", "minute", "hour", "day", "month", "year");
}
