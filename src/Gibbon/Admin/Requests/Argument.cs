namespace Gibbon.Admin.Requests;

/// <summary>A name and a value of a query or a form.</summary>
/// <param name="Name">The name, decoded.</param>
/// <param name="Value">A text; <c>true</c> where there was no <c>=</c>; a map or a list where a part of a multipart form was JSON.</param>
internal readonly record struct Argument(string Name, object? Value)
{
    /// <summary>How many of them a request may have.</summary>
    public const int Most = 1000;

    /// <summary>Reads <c>a=1&amp;b=2</c>.</summary>
    /// <returns>The arguments, <see cref="Most"/> and one at most: then there are too many.</returns>
    public static List<Argument> Read(ReadOnlySpan<char> text)
    {
        List<Argument> arguments = [];
        foreach (Range range in text.Split('&'))
        {
            ReadOnlySpan<char> item = text[range];
            if (item.IsEmpty || item[0] == '=')
            {
                continue;
            }

            int equals = item.IndexOf('=');
            arguments.Add(equals < 0 ? new Argument(Decode(item), true) : new Argument(Decode(item[..equals]), Decode(item[(equals + 1)..])));
            if (arguments.Count > Most)
            {
                break;
            }
        }

        return arguments;
    }

    private static string Decode(ReadOnlySpan<char> text) => Uri.UnescapeDataString(text.ToString().Replace('+', ' '));
}
