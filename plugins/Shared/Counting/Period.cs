namespace Gibbon.Plugins.Shared.Counting;

/// <summary>The periods in which requests are counted: fixed windows of the calendar, in UTC.</summary>
enum Period
{
    /// <summary>A second.</summary>
    Second,

    /// <summary>A minute.</summary>
    Minute,

    /// <summary>An hour.</summary>
    Hour,

    /// <summary>A day.</summary>
    Day,

    /// <summary>A month, from its first day.</summary>
    Month,

    /// <summary>A year, from January 1.</summary>
    Year,
}

/// <summary>Where the windows of periods begin and how long they are.</summary>
static class Periods
{
    /// <summary>How many periods there are.</summary>
    public const int Count = 6;

    static readonly string[] Names = ["second", "minute", "hour", "day", "month", "year"];

    static readonly long[] Lengths = [1, 60, 3600, 86400, 30 * 86400, 365 * 86400];

    /// <summary>All periods, from the shortest to the longest.</summary>
    public static IReadOnlyList<Period> All { get; } = [Period.Second, Period.Minute, Period.Hour, Period.Day, Period.Month, Period.Year];

    /// <summary>The period's name in configurations, keys and tables.</summary>
    public static string Name(this Period period) => Names[(int)period];

    /// <summary>The length in seconds that clients are told: months of 30 and years of 365 days, as in Kong.</summary>
    public static long Length(this Period period) => Lengths[(int)period];

    /// <summary>When the window began that a moment lies in.</summary>
    /// <param name="period">The period.</param>
    /// <param name="now">The moment, in seconds since 1970.</param>
    /// <returns>Seconds since 1970.</returns>
    public static long WindowStart(this Period period, long now) => period switch
    {
        Period.Month or Period.Year => CalendarStart(period, now),
        _ => now - (now % period.Length()),
    };

    /// <summary>The seconds left until a window ends; at least 1.</summary>
    /// <param name="period">The period.</param>
    /// <param name="start">When the window began.</param>
    /// <param name="now">The moment.</param>
    public static long Reset(this Period period, long start, long now) => Math.Max(1, period.Length() - (now - start));

    static long CalendarStart(Period period, long now)
    {
        var day = DateTimeOffset.FromUnixTimeSeconds(now);
        var first = new DateTimeOffset(day.Year, period == Period.Month ? day.Month : 1, 1, 0, 0, 0, TimeSpan.Zero);
        return first.ToUnixTimeSeconds();
    }
}
