using System.Collections.Immutable;
using System.Text;

namespace Gibbon.Observability;

/// <summary>How a log's variables are made safe: <c>escape=</c> of nginx's <c>log_format</c>.</summary>
internal enum LogEscape
{
    /// <summary><c>\xXX</c>, and <c>-</c> for what is absent.</summary>
    Default,

    /// <summary>As in a JSON string; absent is empty.</summary>
    Json,

    /// <summary>Not at all; absent is empty.</summary>
    None,
}

/// <summary>A piece of a format: text as it is, or a variable's name (without <c>$</c>).</summary>
internal readonly record struct LogFormatPart(string Text, bool IsVariable);

/// <summary>A line format in nginx's <c>log_format</c> language, taken apart.</summary>
internal sealed record LogFormat(LogEscape Escape, ImmutableArray<LogFormatPart> Parts)
{
    private const string EscapePrefix = "escape=";

    /// <summary>Reads <c>[escape=default|json|none] text with $variables and ${variables}</c>.</summary>
    public static LogFormat Parse(string format)
    {
        LogEscape escape = LogEscape.Default;
        if (format.StartsWith(EscapePrefix, StringComparison.Ordinal))
        {
            int space = format.IndexOf(' ', StringComparison.Ordinal);
            string word = format[EscapePrefix.Length..(space < 0 ? format.Length : space)];
            format = space < 0 ? "" : format[(space + 1)..];
            escape = word switch { "json" => LogEscape.Json, "none" => LogEscape.None, _ => LogEscape.Default };
        }

        ImmutableArray<LogFormatPart>.Builder parts = ImmutableArray.CreateBuilder<LogFormatPart>();
        StringBuilder text = new();
        for (int i = 0; i < format.Length; i++)
        {
            string name = format[i] == '$' ? NameAt(format, i + 1, out int end) : Nothing(out end);
            if (name.Length == 0)
            {
                text.Append(format[i]);
                continue;
            }

            if (text.Length > 0)
            {
                parts.Add(new LogFormatPart(text.ToString(), IsVariable: false));
                text.Clear();
            }

            parts.Add(new LogFormatPart(name, IsVariable: true));
            i = end - 1;
        }

        if (text.Length > 0)
        {
            parts.Add(new LogFormatPart(text.ToString(), IsVariable: false));
        }

        return new LogFormat(escape, parts.ToImmutable());
    }

    private static string Nothing(out int end)
    {
        end = 0;
        return "";
    }

    private static string NameAt(string format, int start, out int end)
    {
        bool braced = start < format.Length && format[start] == '{';
        int first = braced ? start + 1 : start;
        int last = first;
        while (last < format.Length && (char.IsAsciiLetterOrDigit(format[last]) || format[last] == '_'))
        {
            last++;
        }

        end = braced ? last + 1 : last;
        return braced && (last == format.Length || format[last] != '}') ? "" : format[first..last];
    }
}
