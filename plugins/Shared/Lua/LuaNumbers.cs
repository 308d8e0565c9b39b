using System.Globalization;

namespace Gibbon.Plugins.Shared.Lua;

/// <summary>Texts to numbers, as Lua's <c>tonumber</c> reads them.</summary>
static class LuaNumbers
{
    /// <summary>Reads a decimal or hexadecimal number; spaces around it do not matter.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out double number)
    {
        text = text.Trim();
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            var isNumber = ulong.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex);
            number = hex;
            return isNumber;
        }

        return double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }
}
