using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>No longer period may allow less than a shorter one.</summary>
static class PeriodOrder
{
    /// <summary>Checks the limits of a record.</summary>
    /// <param name="limits">The record: limits under the names of periods.</param>
    /// <param name="article">The first word of the error: plugins differ.</param>
    /// <returns>What is wrong; <c>null</c> if nothing.</returns>
    public static string? Check(ValueMap limits, string article)
    {
        foreach (var shorter in Periods.All)
            foreach (var longer in Periods.All)
                if (shorter < longer && Number(limits, shorter.Name()) is { } few && Number(limits, longer.Name()) is { } many && many < few)
                    return string.Create(
                        CultureInfo.InvariantCulture,
                        $"{article} limit for {longer.Name()}({many:F1}) cannot be lower than the limit for {shorter.Name()}({few:F1})");

        return null;
    }

    /// <summary>A number of a record; <c>null</c> if it has none there.</summary>
    public static double? Number(ValueMap record, string name) => record.Get(name) switch
    {
        long number => number,
        double number => number,
        _ => null,
    };
}
