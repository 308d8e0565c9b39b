using System.Globalization;

namespace Gibbon.Pdk;

/// <summary>Writes numbers of bytes as Kong's <c>kong.node.get_memory_stats</c> does.</summary>
public static class MemoryUnit
{
    /// <summary>A number of bytes as text: <c>1.25 MiB</c>, and without a unit <c>1310720</c>.</summary>
    /// <param name="bytes">The number.</param>
    /// <param name="unit"><c>b</c>, <c>k</c>, <c>m</c> or <c>g</c>, in either case; <c>null</c> is <c>b</c>.</param>
    /// <param name="scale">How many digits after the point, from 0.</param>
    /// <exception cref="KongArgumentException">The unit is none of these, or the scale is negative. The text is Kong's.</exception>
    public static string Format(long bytes, string? unit = null, int scale = 2)
    {
        if (scale < 0)
            throw new KongArgumentException("scale must be equal or greater than 0", nameof(scale));

        var (divisor, name) = unit switch
        {
            null or "b" or "B" => (1L, ""),
            "k" or "K" => (1L << 10, " KiB"),
            "m" or "M" => (1L << 20, " MiB"),
            "g" or "G" => (1L << 30, " GiB"),
            _ => throw new KongArgumentException($"invalid unit '{unit}' (expected 'k/K', 'm/M', or 'g/G')", nameof(unit)),
        };
        return divisor == 1
            ? bytes.ToString(CultureInfo.InvariantCulture)
            : ((double)bytes / divisor).ToString("F" + scale.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + name;
    }
}
