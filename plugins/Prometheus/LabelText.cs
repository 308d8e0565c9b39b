using System.Text;

namespace Gibbon.Plugins.Prometheus;

/// <summary>Writes labels: <c>{service="a",route="b"}</c>.</summary>
static class LabelText
{
    /// <summary>The text of labels; empty if there are none.</summary>
    /// <param name="labels">Names and values.</param>
    public static string Of(ReadOnlySpan<(string Name, string Value)> labels)
    {
        if (labels.IsEmpty)
            return "";

        var text = new StringBuilder();
        foreach (var (name, value) in labels)
            text.Append(text.Length == 0 ? '{' : ',').Append(name).Append("=\"").Append(Escape(value)).Append('"');

        return text.Append('}').ToString();
    }

    static string Escape(string value) => value.AsSpan().IndexOfAny("\\\"\n") < 0
        ? value
        : value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
