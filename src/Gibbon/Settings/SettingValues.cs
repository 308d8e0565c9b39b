namespace Gibbon.Settings;

internal enum SettingOrigin
{
    Default,
    File,
    Environment,
    Argument,
}

/// <summary>The text of every setting and where it came from, later sources over earlier ones.</summary>
internal sealed class SettingValues
{
    private readonly Dictionary<string, (string Text, SettingOrigin Origin)> values = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => values.Keys;

    public string? Text(string name) => values.TryGetValue(name, out var value) ? value.Text : null;

    public SettingOrigin Origin(string name) => values.TryGetValue(name, out var value) ? value.Origin : SettingOrigin.Default;

    /// <summary>True when the user, not the list of defaults, gave it; an empty text gives nothing.</summary>
    public bool IsGiven(string name) => values.TryGetValue(name, out var value) && value is { Origin: not SettingOrigin.Default, Text.Length: > 0 };

    public void Set(string name, string text, SettingOrigin origin) => values[name] = (text, origin);

    public void Remove(string name) => values.Remove(name);

    public SortedDictionary<string, string> ToDictionary() =>
        new(values.ToDictionary(pair => pair.Key, pair => pair.Value.Text, StringComparer.Ordinal), StringComparer.Ordinal);

    public static SettingValues Merge(SettingSources sources, IReadOnlyDictionary<string, string> file)
    {
        var merged = new SettingValues();
        foreach (var setting in KnownSettings.All)
        {
            if (setting.Default is not null)
                merged.Set(setting.Name, setting.Default, SettingOrigin.Default);
        }

        foreach (var (name, text) in file)
        {
            // A saved file repeats every default; they must not pass for the user's wish when the node reads it again.
            var repeated = sources.Saved && text == KnownSettings.Find(name)?.Default;
            merged.Take(name, text, repeated ? SettingOrigin.Default : SettingOrigin.File);
        }

        foreach (var (name, text) in sources.Environment)
        {
            if (!sources.IgnoreVariables && name.StartsWith("KONG_", StringComparison.OrdinalIgnoreCase))
                merged.TakeVariable(name, text);
        }

        foreach (var (name, text) in sources.Arguments)
            merged.Take(name, text, SettingOrigin.Argument);
        return merged;
    }

    // Listed names are read from KONG_ in capitals only; those of a namespace in any case, as Kong has it.
    private void TakeVariable(string variable, string text)
    {
        var name = variable["KONG_".Length..].ToLowerInvariant();
        var exact = string.Equals(variable, variable.ToUpperInvariant(), StringComparison.Ordinal);
        if (exact || KnownSettings.Find(name) is null)
            Take(name, text, SettingOrigin.Environment);
    }

    // Unknown names are dropped without a word: kong.conf files carry settings of other editions and versions.
    private void Take(string name, string text, SettingOrigin origin)
    {
        if (KnownSettings.Find(name) is not null || SettingNamespaces.Contains(name))
            Set(name, text.Trim(), origin);
    }
}
