using System.Buffers;
using System.Text;

namespace Gibbon.Proxy.Exchanges;

/// <summary>A query that a plugin made, fit for a request line: nothing in it can end the line.</summary>
internal static class QueryText
{
    private static readonly SearchValues<char> Safe = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(static code => (char)code)]);

    /// <summary>Percent-encodes spaces, control characters and what is not ASCII; everything else, escapes included, stays.</summary>
    public static string Escape(string query)
    {
        if (query.AsSpan().IndexOfAnyExcept(Safe) < 0)
        {
            return query;
        }

        StringBuilder escaped = new(query.Length + 16);
        foreach (byte b in Encoding.UTF8.GetBytes(query))
        {
            if (b is > (byte)' ' and <= (byte)'~')
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append('%').Append(Convert.ToHexString([b]));
            }
        }

        return escaped.ToString();
    }
}
