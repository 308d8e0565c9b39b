using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>How much is allowed in each period that has a limit.</summary>
abstract record LimitPerPeriod
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

    /// <summary>The limits that are set, from the second to the year.</summary>
    internal IEnumerable<(Period Period, double Limit)> All =>
        from limit in new[] { Second, Minute, Hour, Day, Month, Year }.Index()
        where limit.Item is not null
        select ((Period)limit.Index, limit.Item.GetValueOrDefault());
}
