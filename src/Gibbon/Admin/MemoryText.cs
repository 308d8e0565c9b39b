using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gibbon.Admin;

/// <summary>How <c>/status</c> writes sizes: <c>unit</c> (<c>b</c>, <c>k</c>, <c>m</c>, <c>g</c>; MiB unless told) and <c>scale</c>, the decimals.</summary>
internal readonly record struct MemoryText(char Unit, int Scale)
{
    public static bool TryParse(string? unit, string? scale, out MemoryText text, [NotNullWhen(false)] out string? error)
    {
        text = new MemoryText('m', 2);
        error = null;
        if (!string.IsNullOrEmpty(unit))
        {
            char letter = char.ToLowerInvariant(unit[0]);
            if (unit.Length != 1 || letter is not ('b' or 'k' or 'm' or 'g'))
            {
                error = $"invalid unit '{unit}' (expected 'k/K', 'm/M', or 'g/G')";
                return false;
            }

            text = text with { Unit = letter };
        }

        if (!string.IsNullOrEmpty(scale) && int.TryParse(scale, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int decimals))
        {
            if (decimals < 0)
            {
                error = "scale must be equal or greater than 0";
                return false;
            }

            text = text with { Scale = Math.Min(decimals, 20) };
        }

        return true;
    }

    public object Of(long bytes) => Unit switch
    {
        'b' => bytes,
        'k' => Text(bytes / 1024.0, "KiB"),
        'g' => Text(bytes / (1024.0 * 1024 * 1024), "GiB"),
        _ => Text(bytes / (1024.0 * 1024), "MiB"),
    };

    private string Text(double value, string suffix) => value.ToString("F" + Scale, CultureInfo.InvariantCulture) + " " + suffix;
}
