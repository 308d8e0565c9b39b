using System.Text;
using System.Text.Json;

namespace Gibbon.Settings;

/// <summary>The settings as a node was started with, kept in its working directory: every later command reads them there.</summary>
internal static class SavedSettings
{
    private const UnixFileMode OwnerAndGroup = PrivateFile.OwnerOnly | UnixFileMode.GroupRead;

    private const string Heading =
        """
        # Written by "start", "prepare" and "reload"; read by every command that is
        # given this prefix. Change your own configuration file instead of this one.

        """;

    public static void Write(GatewaySettings settings)
    {
        var layout = new PrefixLayout(settings.Node.Prefix);
        var text = new StringBuilder(Heading);
        var secrets = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in settings.Raw.Written)
        {
            // A reference names a secret without being one. What spans lines has no place in a file of lines.
            var secret = KnownSettings.IsSensitive(name) && !settings.Raw.References.ContainsKey(name);
            if (secret || value.AsSpan().ContainsAny('\r', '\n'))
                secrets[name] = value;
            else
                text.Append(name).Append(" = ").Append(value.Replace("#", "\\#", StringComparison.Ordinal)).Append('\n');
        }

        PrivateFile.Write(layout.SavedSettings, text.ToString(), OwnerAndGroup);
        if (secrets.Count > 0)
            PrivateFile.Write(layout.SavedSecrets, JsonSerializer.Serialize(secrets));
        else
            File.Delete(layout.SavedSecrets);
    }

    /// <summary>The sources that give the same settings again.</summary>
    public static SettingSources Read(string prefix, IReadOnlyDictionary<string, string> environment)
    {
        var layout = new PrefixLayout(prefix);
        return new SettingSources
        {
            File = layout.SavedSettings,
            Saved = true,
            Secrets = ReadSecrets(layout.SavedSecrets),
            Environment = environment,
            Arguments = new Dictionary<string, string> { ["prefix"] = prefix },
        };
    }

    private static Dictionary<string, string> ReadSecrets(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // Gone with the node that wrote it, or another user's: what can be said without secrets is still said.
            return [];
        }
    }
}
