using System.Globalization;

namespace Gibbon.Observability;

/// <summary>A line of a plugin's: <c>[kong] File.cs:12 [namespace] message</c>, or as the plugin wants it.</summary>
internal static class PluginLine
{
    /// <param name="ns">The name in brackets; empty for none.</param>
    /// <param name="message">The message.</param>
    /// <param name="file">The path of the caller's file; its last part is written.</param>
    /// <param name="line">The caller's line.</param>
    /// <param name="member">The caller's name.</param>
    /// <param name="format">Kong's <c>%file_src %line_src %func_name %message %namespace</c>; null for the default.</param>
    public static string Make(string ns, string message, string file, int line, string member, string? format)
    {
        string name = Path.GetFileName(file);
        if (format is not null)
        {
            return format
                .Replace("%file_src", name, StringComparison.Ordinal)
                .Replace("%line_src", line.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("%func_name", member, StringComparison.Ordinal)
                .Replace("%namespace", ns, StringComparison.Ordinal)
                .Replace("%message", message, StringComparison.Ordinal);
        }

        string place = name.Length == 0 ? "" : $"{name}:{line} ";
        return ns.Length == 0 ? $"[kong] {place}{message}" : $"[kong] {place}[{ns}] {message}";
    }
}
