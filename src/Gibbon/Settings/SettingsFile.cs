using System.Buffers;

namespace Gibbon.Settings;

/// <summary>Reads kong.conf: <c>name = value</c> lines, <c>#</c> comments after white space, <c>\#</c> for a literal one.</summary>
internal static class SettingsFile
{
    /// <summary>Where a file is looked for when none is named.</summary>
    public static readonly string[] DefaultPaths = ["/etc/kong/kong.conf", "/etc/kong.conf"];

    private static readonly SearchValues<char> NeverInNames = SearchValues.Create(" \t[]\"'");

    /// <returns>Null when the text was read, else what is wrong and where.</returns>
    public static string? Read(string path, IDictionary<string, string> into)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"no file at: {path}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"could not read configuration file {path}: {exception.Message}";
        }

        return Parse(text, path, into);
    }

    public static string? Parse(string text, string path, IDictionary<string, string> into)
    {
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = WithoutComment(raw).Trim();
            if (line.IsEmpty)
                continue;

            var equals = line.IndexOf('=');
            if (equals <= 0)
                return $"{path}:{number}: expected 'name = value', got '{Shorten(line)}'";

            var name = line[..equals].TrimEnd().ToString();
            var value = line[(equals + 1)..].TrimStart().ToString();
            if (name.AsSpan().ContainsAny(NeverInNames))
                return $"{path}:{number}: '{Shorten(name)}' is not the name of a setting";
            into[name] = value.Replace("\\#", "#", StringComparison.Ordinal);
        }

        return null;
    }

    private static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '#' && (i == 0 || char.IsWhiteSpace(line[i - 1])))
                return line[..i];
        }

        return line;
    }

    // A malformed line may be the middle of a key: show no more than what helps to find it.
    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 24 ? text.ToString() : $"{text[..24]}...";
}
