using System.Text;

namespace Gibbon.Pdk;

/// <summary>Reads and writes queries and forms as Kong does.</summary>
public static class QueryString
{
    /// <summary>
    /// Decodes a query or a form: <c>a=1&amp;b&amp;c=</c> is a text, a flag and an empty text; arguments without a name are left out;
    /// <c>+</c> is a space; wrong escapes stay as they are.
    /// </summary>
    /// <param name="query">The query, without <c>?</c>.</param>
    /// <param name="maxArgs">How many arguments are read; what follows is left out.</param>
    public static QueryMap Parse(ReadOnlySpan<char> query, int maxArgs)
    {
        var map = new QueryMap();
        var count = 0;
        while (TryTake(ref query, out var name, out var value, out var isFlag, out var more))
        {
            if (name.IsEmpty)
                continue;

            map.Add(PercentEncoding.DecodeArgument(name), isFlag ? null : PercentEncoding.DecodeArgument(value));
            if (++count == maxArgs && more)
            {
                map.Truncated = true;
                break;
            }
        }

        return map;
    }

    /// <summary>Decodes one argument of a query, with all its occurrences.</summary>
    /// <param name="query">The query, without <c>?</c>.</param>
    /// <param name="name">The argument's name, not encoded.</param>
    /// <param name="maxArgs">How many arguments are searched.</param>
    public static QueryValue Find(ReadOnlySpan<char> query, string name, int maxArgs)
    {
        var found = default(QueryValue);
        for (var count = 0; count < maxArgs && TryTake(ref query, out var key, out var value, out var isFlag, out _);)
        {
            if (key.IsEmpty)
                continue;

            count++;
            if (Matches(key, name))
                found = found.With(isFlag ? null : PercentEncoding.DecodeArgument(value));
        }

        return found;
    }

    /// <summary>Encodes arguments. Each name with its values is encoded; the results are sorted and joined.</summary>
    /// <param name="args">The arguments, not encoded.</param>
    public static string Write(QueryMap args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var parts = new List<string>(args.Count);
        foreach (var (name, value) in args)
            if (value.Exists)
                parts.Add(Encode(name, value));

        parts.Sort(StringComparer.Ordinal);
        return string.Join('&', parts);
    }

    /// <summary>A query without an argument. The rest keeps its order and encoding, except that <c>+</c> becomes <c>%20</c>.</summary>
    internal static string Without(string query, string name)
    {
        var kept = new StringBuilder(query.Length);
        ReadOnlySpan<char> rest = query;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf('&');
            var argument = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            var equals = argument.IndexOf('=');
            if (Matches(equals < 0 ? argument : argument[..equals], name))
                continue;

            if (kept.Length > 0)
                kept.Append('&');

            kept.Append(argument);
        }

        return kept.Replace("+", "%20").ToString();
    }

    // Decoding makes nothing longer, and leaves what is not encoded.
    static bool Matches(ReadOnlySpan<char> encoded, string name)
    {
        if (encoded.Length < name.Length || name.Length > 0 && encoded[0] != name[0] && encoded[0] is not ('%' or '+'))
            return false;

        return encoded.IndexOfAny('%', '+') < 0
            ? encoded.SequenceEqual(name)
            : string.Equals(PercentEncoding.DecodeArgument(encoded), name, StringComparison.Ordinal);
    }

    static string Encode(string name, QueryValue value)
    {
        var text = new StringBuilder();
        var key = Uri.EscapeDataString(name);
        for (var i = 0; i < value.Count; i++)
        {
            if (i > 0)
                text.Append('&');

            text.Append(key);
            if (value[i] is { } one)
                text.Append('=').Append(Uri.EscapeDataString(one));
        }

        return text.ToString();
    }

    static bool TryTake(
        ref ReadOnlySpan<char> query,
        out ReadOnlySpan<char> name,
        out ReadOnlySpan<char> value,
        out bool isFlag,
        out bool more)
    {
        name = value = default;
        isFlag = more = false;
        if (query.IsEmpty)
            return false;

        var end = query.IndexOf('&');
        var argument = end < 0 ? query : query[..end];
        more = end >= 0;
        query = end < 0 ? default : query[(end + 1)..];
        var equals = argument.IndexOf('=');
        isFlag = equals < 0;
        name = isFlag ? argument : argument[..equals];
        value = isFlag ? default : argument[(equals + 1)..];
        return true;
    }
}
