using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gibbon.Plugins.Redirect;

/// <summary>Puts URLs together as browsers write them (the URL standard of WHATWG).</summary>
static class RedirectLocation
{
    static readonly SearchValues<byte> EscapedInPath = SearchValues.Create([.. Enumerable.Range(0, 256).Where(IsEscapedInPath).Select(b => (byte)b)]);
    static readonly SearchValues<byte> EscapedInQuery = SearchValues.Create([.. Enumerable.Range(0, 256).Where(IsEscapedInQuery).Select(b => (byte)b)]);

    /// <summary>A URL with another path and another query; the rest stays.</summary>
    /// <param name="location">The URL.</param>
    /// <param name="path">The path.</param>
    /// <param name="query">The query, without <c>?</c>; empty for none.</param>
    public static string WithPath(string location, string path, string query)
    {
        var url = new Uri(location);
        var text = new StringBuilder().Append(url.Scheme).Append("://");
        if (url.UserInfo.Length > 0)
            text.Append(url.UserInfo).Append('@');

        text.Append(url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost);
        if (!url.IsDefaultPort)
            text.Append(CultureInfo.InvariantCulture, $":{url.Port}");

        AppendEscaped(text, path.Replace('\\', '/'), EscapedInPath);
        if (query.Length > 0)
            AppendEscaped(text.Append('?'), query, EscapedInQuery);

        return text.Append(url.Fragment).ToString();
    }

    static void AppendEscaped(StringBuilder text, string part, SearchValues<byte> escaped)
    {
        foreach (var b in Encoding.UTF8.GetBytes(part))
        {
            if (escaped.Contains(b))
                text.Append('%').Append(Convert.ToHexString([b]));
            else
                text.Append((char)b);
        }
    }

    static bool IsEscapedInQuery(int b) => b is <= ' ' or > '~' or '"' or '#' or '<' or '>' or '\'';

    static bool IsEscapedInPath(int b) => b is <= ' ' or > '~' or '"' or '#' or '<' or '>' or '?' or '^' or '`' or '{' or '}';
}
