using System.Globalization;
using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>Writes a tree of errors as an indented text for terminals and logs, in Kong's words.</summary>
internal static class ErrorText
{
    public static string Write(ValueMap errors)
    {
        var builder = new StringBuilder();
        Write(builder, errors, "", "");
        return builder.ToString();
    }

    static void Write(StringBuilder builder, object errors, string item, string indent)
    {
        switch (errors)
        {
            case ValueMap map:
                foreach (var key in map.Keys.Order(StringComparer.Ordinal))
                {
                    WriteEntry(builder, map[key], $"in '{key}'", key, indent);
                }
                break;
            case ValueList list:
                for (var i = 0; i < list.Count; i++)
                {
                    var number = (i + 1).ToString(CultureInfo.InvariantCulture);
                    WriteEntry(builder, list[i], $"- in entry {number} of '{item}'", number, indent);
                }
                break;
            default:
                break;
        }
    }

    static void WriteEntry(StringBuilder builder, object? error, string heading, string item, string indent)
    {
        if (error is null)
        {
            return;
        }
        if (builder.Length > 0)
        {
            builder.Append('\n');
        }
        builder.Append(indent).Append(heading).Append(':');
        if (error is ValueMap or ValueList)
        {
            Write(builder, error, item, indent + "  ");
        }
        else
        {
            builder.Append(' ').Append(Value.ToText(error));
        }
    }
}
