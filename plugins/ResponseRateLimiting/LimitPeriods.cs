using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.ResponseRateLimiting;

/// <summary>How much is allowed in a period.</summary>
sealed record LimitPeriods : IConfigureSchema
{
    /// <summary>In a second.</summary>
    [GreaterThan(0)]
    public double? Second { get; init; }

    /// <summary>In a minute.</summary>
    [GreaterThan(0)]
    public double? Minute { get; init; }

    /// <summary>In an hour.</summary>
    [GreaterThan(0)]
    public double? Hour { get; init; }

    /// <summary>In a day.</summary>
    [GreaterThan(0)]
    public double? Day { get; init; }

    /// <summary>In a month.</summary>
    [GreaterThan(0)]
    public double? Month { get; init; }

    /// <summary>In a year.</summary>
    [GreaterThan(0)]
    public double? Year { get; init; }

    internal IEnumerable<(Period Period, double Limit)> All =>
        from limit in new[] { Second, Minute, Hour, Day, Month, Year }.Index()
        where limit.Item is not null
        select ((Period)limit.Index, limit.Item.GetValueOrDefault());

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema
        .CheckWhole(static limits => PeriodOrder.Check(limits, "the"))
        .AtLeastOneOf("second", "minute", "hour", "day", "month", "year");
}
