using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>Values as text for people: indented, with texts in quotes.</summary>
static class Inspection
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Append(text, value, 0);
        return text.ToString();
    }

    static void Append(StringBuilder text, object? value, int depth)
    {
        switch (value)
        {
            case string s:
                text.Append('"').Append(s).Append('"');
                break;
            case ValueMap map:
                text.Append('{');
                foreach (var (name, item) in map)
                    Append(Line(text, depth + 1).Append(name).Append(" = "), item, depth + 1);

                Line(text, depth).Append('}');
                break;
            case ValueList list:
                text.Append('[');
                foreach (var item in list)
                    Append(Line(text, depth + 1), item, depth + 1);

                Line(text, depth).Append(']');
                break;
            default:
                text.Append(Value.ToText(value));
                break;
        }
    }

    static StringBuilder Line(StringBuilder text, int depth) => text.Append('\n').Append(' ', depth * 2);
}
