using System.Globalization;

namespace Gibbon.Settings;

/// <summary>Texts into values: numbers, booleans, lists. Kong is lenient here, and so are we, but for what is not a number.</summary>
internal static class SettingTyping
{
    public static SortedDictionary<string, object> Apply(SettingValues texts, List<string> errors)
    {
        var values = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var setting in KnownSettings.All)
        {
            if (Value(setting, texts.Text(setting.Name) ?? "", errors) is { } value)
                values[setting.Name] = value;
        }

        foreach (var name in texts.Names)
        {
            if (KnownSettings.Find(name) is null && texts.Text(name) is { Length: > 0 } text)
                values[name] = text;
        }

        return values;
    }

    public static List<string> Split(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static object? Value(Setting setting, string text, List<string> errors)
    {
        if (setting.Type is SettingType.Array)
            return Split(text);
        if (text.Length == 0)
            return null;

        switch (setting.Type)
        {
            case SettingType.Boolean:
                return text is "on" or "true";
            case SettingType.OnOff:
                return text == "on" ? "on" : "off";
            case SettingType.Enum when !setting.Words.Contains(text):
                errors.Add($"{setting.Name} has an invalid value: '{text}' ({string.Join(", ", setting.Words)})");
                return null;
            case SettingType.Number:
                if (Number(text) is { } number)
                    return number;
                errors.Add($"{setting.Name} is not a number: '{text}'");
                return null;
            default:
                return text;
        }
    }

    private static object? Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            return null;
        return Math.Abs(number) < 1e15 && number == Math.Floor(number) ? (long)number : number;
    }
}
