using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Gibbon.Settings;

/// <summary>The list of settings, read from <c>known-settings.txt</c> beside this file, which says what its lines mean.</summary>
internal static class KnownSettings
{
    public static ImmutableArray<Setting> All { get; } = Read();

    private static readonly FrozenDictionary<string, Setting> ByName = All.ToFrozenDictionary(setting => setting.Name);

    public static Setting? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>True for what must be masked when settings are shown.</summary>
    public static bool IsSensitive(string name) => Find(name) is { Secret: true };

    private static ImmutableArray<Setting> Read()
    {
        using var resource = typeof(KnownSettings).Assembly.GetManifestResourceStream("known-settings.txt")!;
        using var lines = new StreamReader(resource);
        var settings = ImmutableArray.CreateBuilder<Setting>();
        var section = "";
        while (lines.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] == '[')
                section = line[1..^1];
            else if (line[0] == ' ')
                settings[^1] = settings[^1] with { Description = line.Trim() };
            else
                settings.Add(Parse(line, section));
        }

        return settings.ToImmutable();
    }

    private static Setting Parse(string line, string section)
    {
        var open = line.IndexOf(" (", StringComparison.Ordinal);
        var close = line.IndexOf(')', open);
        var traits = line[(open + 2)..close].Split(", ");
        var type = traits[0] switch
        {
            "string" => SettingType.String,
            "number" => SettingType.Number,
            "boolean" => SettingType.Boolean,
            "on/off" => SettingType.OnOff,
            "array" => SettingType.Array,
            _ => SettingType.Enum,
        };
        var setting = new Setting
        {
            Name = line[..open],
            Section = section,
            Type = type,
            Words = type is SettingType.Enum ? [.. traits[0].Split('|')] : [],
            Default = close + 4 <= line.Length ? line[(close + 4)..] : null,
        };
        return traits.Skip(1).Aggregate(setting, WithTrait);
    }

    private static Setting WithTrait(Setting setting, string trait) => trait switch
    {
        "secret" => setting with { Secret = true },
        "inert" => setting with { Inert = true },
        "beyond Kong" => setting with { BeyondKong = true },
        _ when trait.StartsWith("alias of ", StringComparison.Ordinal) => setting with { AliasOf = trait["alias of ".Length..] },
        _ when trait.StartsWith("deprecated for ", StringComparison.Ordinal) => setting with { DeprecatedFor = trait["deprecated for ".Length..] },
        _ when trait.StartsWith("sets ", StringComparison.Ordinal) => setting with { Sets = [.. trait["sets ".Length..].Split(' ')] },
        _ => throw new InvalidDataException($"known-settings.txt: unknown trait '{trait}' of {setting.Name}"),
    };
}
