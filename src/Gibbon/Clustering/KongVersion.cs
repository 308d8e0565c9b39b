using System.Globalization;

namespace Gibbon.Clustering;

/// <summary>Versions as control planes compare them: <c>3.9.1</c>.</summary>
internal static class KongVersion
{
    /// <summary>The version of Kong that this gateway takes the place of.</summary>
    public const string Current = "3.9.1";

    /// <summary>The first two numbers; null unless the text begins with three numbers and dots between them.</summary>
    public static (int Major, int Minor)? MajorMinor(string? version)
    {
        string[] parts = (version ?? "").Split('.', 3);
        return parts.Length == 3 && parts[2].Length > 0 && char.IsAsciiDigit(parts[2][0])
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            ? (major, minor)
            : null;
    }

    /// <summary>The version as one number, so that an older one is less: <c>3.9.1</c> is 3009001000.</summary>
    public static long Number(string version)
    {
        long number = 0;
        long unit = 1_000_000_000;
        foreach (string part in version.Split('.', 4))
        {
            string digits = new([.. part.TakeWhile(char.IsAsciiDigit)]);
            number += unit * (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0);
            unit /= 1000;
        }

        return number;
    }
}
