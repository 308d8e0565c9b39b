using System.Globalization;
using System.Text.RegularExpressions;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// What a plain scalar means. Kong's reader knows YAML 1.1's words and numbers: <c>yes</c> and <c>off</c> are booleans, <c>0755</c> is octal,
/// <c>1_000</c> a thousand, <c>10:30</c> six hundred and thirty; but <c>y</c> and <c>n</c> are text.
/// </summary>
internal static partial class YamlScalars
{
    const string TagPrefix = "tag:yaml.org,2002:";

    /// <summary>Says that a tagged scalar is not what its tag promises.</summary>
    public sealed class Invalid
    {
        public static readonly Invalid Value = new();
    }

    public static object? Resolve(string text, StringPool strings)
    {
        if (text.Length == 0)
        {
            return null;
        }
        var first = text[0];
        if (char.IsAsciiDigit(first) || first is '+' or '-' or '.' or '_')
        {
            return Number(text) is { } number ? number : strings.Share(text);
        }
        return text.Length <= 5 && IsWord(text, out var word) ? word : strings.Share(text);
    }

    /// <summary>The value of a scalar whose tag says its type; <c>false</c> for tags that say nothing of the kind.</summary>
    public static bool TryResolveTagged(string tag, string text, out object? value)
    {
        value = text;
        if (!tag.StartsWith(TagPrefix, StringComparison.Ordinal))
        {
            return false;
        }
        switch (tag[TagPrefix.Length..])
        {
            case "str":
                return true;
            case "null":
                value = null;
                return true;
            case "bool":
                value = text switch
                {
                    "y" or "Y" => true,
                    "n" or "N" => false,
                    _ => IsWord(text, out var word) && word is bool ? word : Invalid.Value,
                };
                return true;
            case "int":
                value = Number(text) is long number ? number : Invalid.Value;
                return true;
            case "float":
                value = Number(text) ?? Invalid.Value;
                return true;
            default:
                return false;
        }
    }

    static bool IsWord(string text, out object? value)
    {
        value = text switch
        {
            "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => true,
            "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => false,
            _ => null,
        };
        return value is not null || text is "~" or "null" or "Null" or "NULL";
    }

    static object? Number(string text)
    {
        if (text.Length <= 18 && IsPlainDecimal(text))
        {
            return long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        switch (text)
        {
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF":
                return double.PositiveInfinity;
            case "-.inf" or "-.Inf" or "-.INF":
                return double.NegativeInfinity;
            case ".nan" or ".NaN" or ".NAN":
                return double.NaN;
        }
        if (!Shape().IsMatch(text))
        {
            return null;
        }
        var negative = text[0] == '-';
        var digits = text.TrimStart('+', '-').Replace("_", "", StringComparison.Ordinal);
        return Magnitude(digits) is { } magnitude ? Normal(negative ? -magnitude : magnitude) : null;
    }

    static double? Magnitude(string digits)
    {
        if (digits.StartsWith("0x", StringComparison.Ordinal))
        {
            return ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hexadecimal) ? hexadecimal : null;
        }
        if (digits.StartsWith("0b", StringComparison.Ordinal))
        {
            return FromDigits(digits.AsSpan(2), 2);
        }
        if (digits.Contains(':', StringComparison.Ordinal))
        {
            return Sexagesimal(digits);
        }
        if (digits.Length > 1 && digits[0] == '0' && !digits.AsSpan().ContainsAnyExceptInRange('0', '7'))
        {
            return FromDigits(digits, 8);
        }
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    static double Sexagesimal(string digits)
    {
        var dot = digits.IndexOf('.', StringComparison.Ordinal);
        var fraction = dot < 0 ? 0 : double.Parse(digits.AsSpan(dot), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        var sum = 0.0;
        foreach (var part in (dot < 0 ? digits : digits[..dot]).Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            sum = (sum * 60) + double.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        return sum + fraction;
    }

    static double FromDigits(ReadOnlySpan<char> digits, int radix)
    {
        var sum = 0.0;
        foreach (var digit in digits)
        {
            sum = (sum * radix) + (digit - '0');
        }
        return sum;
    }

    /// <summary>Numbers without a fraction are <see cref="long"/> wherever they fit.</summary>
    static object Normal(double number)
    {
        if (number == Math.Floor(number) && Math.Abs(number) < 9e18)
        {
            return (long)number;
        }
        return number;
    }

    static bool IsPlainDecimal(string text) => (text[0] != '0' || text.Length == 1) && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    [GeneratedRegex(
        """
        \A[+-]?(?:
            0x_*[0-9a-fA-F][0-9a-fA-F_]* |
            0b_*[01][01_]+ |
            _*[0-9][0-9_]* |
            [0-9]+:[0-5]?[0-9][:0-9]*(?:\.[0-9]+)? |
            (?=[0-9._]*[0-9])[0-9_]*\.?[0-9_]*(?:[eE]_*[+-]?[0-9_]+)?
        )\z
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Shape();
}
