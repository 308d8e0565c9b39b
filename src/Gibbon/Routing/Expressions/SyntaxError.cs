using System.Globalization;
using System.Text;

namespace Gibbon.Routing.Expressions;

/// <summary>Prints where an expression is wrong: line and column, the line itself, a mark under the place, the reason.</summary>
internal static class SyntaxError
{
    /// <summary>A fault at one place.</summary>
    public static string At(string source, int position, string message) => Print(source, position, "^---", message);

    /// <summary>A fault that covers some characters.</summary>
    public static string Over(string source, int start, int end, string message)
    {
        int lineEnd = source.IndexOf('\n', start);
        int width = Math.Min(end, lineEnd < 0 ? source.Length : lineEnd) - start;
        return Print(source, start, width <= 1 ? "^" : $"^{new string('-', width - 2)}^", message);
    }

    private static string Print(string source, int position, string mark, string message)
    {
        int lineStart = position == 0 ? 0 : source.LastIndexOf('\n', position - 1) + 1;
        int lineEnd = source.IndexOf('\n', position);
        string text = source[lineStart..(lineEnd < 0 ? source.Length : lineEnd + 1)];
        bool atBreak = position < source.Length && source[position] is '\n' or '\r';
        text = atBreak
            ? text.Replace("\r", "␍", StringComparison.Ordinal).Replace("\n", "␊", StringComparison.Ordinal)
            : text.TrimEnd('\n', '\r').Replace("\r", "", StringComparison.Ordinal);

        string line = (source.AsSpan(0, lineStart).Count('\n') + 1).ToString(CultureInfo.InvariantCulture);
        int column = source[lineStart..position].EnumerateRunes().Count() + 1;
        string margin = new(' ', line.Length);
        return new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{margin}--> {line}:{column}\n{margin} |\n{line} | {text}\n{margin} | ")
            .Append(' ', column - 1).Append(mark)
            .Append(CultureInfo.InvariantCulture, $"\n{margin} |\n{margin} = {message}")
            .ToString();
    }
}
