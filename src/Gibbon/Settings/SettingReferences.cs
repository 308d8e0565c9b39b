using System.Text.Json;

namespace Gibbon.Settings;

/// <summary>Resolves <c>{vault://env/NAME}</c> in settings. Only the environment can be asked this early: other vaults are configured by settings.</summary>
internal static class SettingReferences
{
    private const string Start = "{vault://";

    /// <returns>The references by setting, so that what is saved names the secret instead of holding it.</returns>
    public static Dictionary<string, string> Resolve(SettingValues texts, IReadOnlyDictionary<string, string> environment, List<string> errors)
    {
        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in texts.Names.ToArray())
        {
            var text = texts.Text(name)!;
            var setting = KnownSettings.Find(name);
            if (!text.Contains(Start, StringComparison.Ordinal) || setting is { Type: SettingType.Enum })
                continue;

            references[name] = text;
            string[] parts = setting is { Type: SettingType.Array } ? [.. SettingTyping.Split(text)] : [text];
            for (var i = 0; i < parts.Length; i++)
            {
                if (!IsReference(parts[i]))
                    continue;
                if (Value(parts[i], texts.Text("vault_env_prefix"), environment, out var problem) is { } value)
                    parts[i] = value;
                else
                    errors.Add($"failed to dereference '{parts[i]}': {problem} for config option '{name}'");
            }

            texts.Set(name, string.Join(',', parts), texts.Origin(name));
        }

        return references;
    }

    private static bool IsReference(string text) => text.StartsWith(Start, StringComparison.Ordinal) && text.EndsWith('}');

    private static string? Value(string reference, string? defaultPrefix, IReadOnlyDictionary<string, string> environment, out string problem)
    {
        problem = "could not get value from external vault (no value found)";
        var query = reference.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 ? mark : reference.Length - 1;
        var path = reference[Start.Length..query].Split('/', 3);
        if (path[0] != "env")
        {
            problem = "unable to retrieve config from db";
            return null;
        }

        if (path.Length < 2 || path[1].Length == 0)
        {
            problem = $"reference url has no resource [{reference}]";
            return null;
        }

        var prefix = reference[query..].TrimEnd('}').Split('?', '&')
            .FirstOrDefault(part => part.StartsWith("prefix=", StringComparison.Ordinal))?["prefix=".Length..] ?? defaultPrefix;
        var variable = (prefix + path[1]).ToUpperInvariant().Replace('-', '_');
        if (!environment.TryGetValue(variable, out var value) || value.Length == 0)
            return null;
        return path.Length == 3 ? Field(value, path[2]) : value;
    }

    private static string? Field(string json, string key)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind is not JsonValueKind.Object || !document.RootElement.TryGetProperty(key, out var field))
                return null;
            return field.ValueKind is JsonValueKind.String ? field.GetString() : field.GetRawText();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
