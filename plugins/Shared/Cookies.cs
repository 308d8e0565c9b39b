using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared;

/// <summary>Finds cookies (RFC 6265) as Kong's web server does: the first one counts, and case does not matter.</summary>
static class Cookies
{
    /// <summary>The value of a cookie of a request, which may come with several headers.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The cookie's name.</param>
    /// <returns><c>null</c> if it was not sent.</returns>
    public static string? Find(Request request, string name)
    {
        if (request.CountHeader("cookie"u8) < 2)
            return request.GetHeader("cookie") is { } header ? Find(header, name) : null;

        var headers = request.GetHeaders(1000)["cookie"];
        for (var i = 0; i < headers.Count; i++)
            if (Find(headers[i], name) is { } value)
                return value;

        return null;
    }

    /// <summary>The value of a cookie.</summary>
    /// <param name="header">The header <c>Cookie</c>.</param>
    /// <param name="name">The cookie's name.</param>
    /// <returns><c>null</c> if it was not sent.</returns>
    public static string? Find(ReadOnlySpan<char> header, string name)
    {
        while (!header.IsEmpty)
        {
            if (header.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                var rest = header[name.Length..].TrimStart(' ');
                if (rest.StartsWith('='))
                    return Value(rest[1..].TrimStart(' '));
            }

            var end = header.IndexOfAny(';', ',');
            header = end < 0 ? default : header[(end + 1)..].TrimStart(' ');
        }

        return null;
    }

    static string Value(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(';');
        return (end < 0 ? rest : rest[..end]).ToString();
    }
}
