using System.Globalization;
using System.Text;

namespace Gibbon.Pdk.Schemas;

/// <summary>Values as Lua would write them, indented by two: the way Kong's messages show what is deeper than one level.</summary>
static class LuaTable
{
    /// <summary>The text itself for a text, a Lua constructor for a map or a list.</summary>
    public static string Print(object? value)
    {
        if (value is not (ValueMap or ValueList))
        {
            return Value.ToText(value);
        }
        var text = new StringBuilder();
        Write(text, value, "");
        return text.ToString();
    }

    /// <summary>The same on one line, without spaces: <c>{routes={{name="required field missing"}}}</c>.</summary>
    public static string PrintInline(object? value) => value switch
    {
        ValueMap map => "{" + string.Join(",", map.OrderBy(static entry => entry.Key, StringComparer.Ordinal)
            .Select(static entry => $"{(IsName(entry.Key) ? entry.Key : $"[\"{entry.Key}\"]")}={PrintInline(entry.Value)}")) + "}",
        ValueList list => "{" + string.Join(",", list.Select((item, place) => (Item: item, Place: place)).Where(static pair => pair.Item is not null)
            .Select(pair => list.IndexOf(null) is var hole && hole >= 0 && hole < pair.Place
                ? $"[{pair.Place + 1}]={PrintInline(pair.Item)}" : PrintInline(pair.Item))) + "}",
        string text => Quoted(text),
        null => "nil",
        _ => Value.ToText(value),
    };

    static string Quoted(string text)
    {
        var quoted = new StringBuilder();
        Quote(quoted, text);
        return quoted.ToString();
    }

    static void Write(StringBuilder text, object? value, string indent)
    {
        switch (value)
        {
            case ValueMap { Count: > 0 } map:
                WriteMap(text, map, indent);
                break;
            case ValueList { Count: > 0 } list:
                WriteList(text, list, indent);
                break;
            case ValueMap or ValueList:
                text.Append("{}");
                break;
            case string words:
                Quote(text, words);
                break;
            default:
                text.Append(value is null ? "nil" : Value.ToText(value));
                break;
        }
    }

    static void WriteMap(StringBuilder text, ValueMap map, string indent)
    {
        var inner = indent + "  ";
        var separator = "{\n";
        foreach (var (key, value) in map.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            text.Append(separator).Append(inner).Append(IsName(key) ? key : $"[\"{key}\"]").Append(" = ");
            Write(text, value, inner);
            separator = ",\n";
        }
        text.Append('\n').Append(indent).Append('}');
    }

    /// <summary>Elements up to the first hole stand by themselves; those after it under their number.</summary>
    static void WriteList(StringBuilder text, ValueList list, string indent)
    {
        var inner = indent + "  ";
        var separator = "{\n";
        var isAfterHole = false;
        for (var place = 0; place < list.Count; place++)
        {
            if (list[place] is null)
            {
                isAfterHole = true;
                continue;
            }
            text.Append(separator).Append(inner);
            if (isAfterHole)
            {
                text.Append(CultureInfo.InvariantCulture, $"[{place + 1}] = ");
            }
            Write(text, list[place], inner);
            separator = ",\n";
        }
        text.Append('\n').Append(indent).Append('}');
    }

    static void Quote(StringBuilder text, string words)
    {
        if (words.Contains('\n', StringComparison.Ordinal))
        {
            // Lua drops a line break right behind the brackets: one that belongs to the words is written twice.
            text.Append("[[").Append(words[0] == '\n' ? "\n" : "").Append(words).Append("]]");
            return;
        }
        text.Append('"').Append(words.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
    }

    static bool IsName(string key) => key.Length > 0 && !char.IsAsciiDigit(key[0]) && key.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
