using System.Text;

namespace Gibbon.Settings;

/// <summary>A kong.conf that shows every setting with its default, all of them commented out.</summary>
internal static class SampleSettings
{
    private const int Width = 78;

    private const string Heading =
        """
        # Settings of the gateway. Every line below shows a default: remove the #
        # in front of a name to change its value.
        #
        # The file is read from /etc/kong/kong.conf or from where "-c" points. An
        # environment variable wins over it: KONG_ and the name in capitals.
        # Lists are separated by commas, a literal # is written \#, and a value may
        # refer to a secret in the environment: {vault://env/my-secret}.

        """;

    public static string Write()
    {
        var text = new StringBuilder(Heading);
        var section = "";
        foreach (var setting in KnownSettings.All.Where(setting => setting.DeprecatedFor is null))
        {
            if (setting.Section != section)
            {
                section = setting.Section;
                text.Append('\n').Append('#', Width).Append("\n# ").Append(section).Append('\n').Append('#', Width).Append('\n');
            }

            Append(text, setting);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Setting setting)
    {
        text.Append('\n');
        foreach (var line in Wrapped(Notes(setting)))
            text.Append("# ").Append(line).Append('\n');
        text.Append($"#{setting.Name} ={(setting.Default is null ? "" : " " + setting.Default)}\n");
    }

    private static string Notes(Setting setting)
    {
        var notes = setting.Description;
        if (!setting.Words.IsEmpty)
            notes += $" One of: {string.Join(", ", setting.Words)}.";
        if (setting.AliasOf is { } directive)
            notes += $" Short for {directive}.";
        if (setting.Inert)
            notes += " Accepted, without effect here.";
        return setting.BeyondKong ? notes + " Not a setting of Kong." : notes;
    }

    private static IEnumerable<string> Wrapped(string text)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width - 2)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }
}
