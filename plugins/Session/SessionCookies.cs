using System.Globalization;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Session;

/// <summary>Reads and writes a session's cookies: one, or several when what is in the session is too long for one.</summary>
/// <param name="config">The configuration.</param>
/// <param name="name">The name of the first cookie; the others have a number behind it.</param>
sealed class SessionCookies(SessionConfig config, string name)
{
    const int LongestCookie = 4096;
    const int MostCookies = 9;
    const string Ended = "; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0";

    /// <summary>The first cookie that the client sent.</summary>
    public string? Find(Request request) => request.GetHeader("cookie") is { } header ? Cookies.Find(header, name) : null;

    /// <summary>The payload behind a head, put together from all cookies.</summary>
    /// <returns><c>null</c> if a part of it is missing.</returns>
    public string? Payload(Request request, string first, int size)
    {
        var text = first[SessionHead.TextSize..];
        var header = request.GetHeader("cookie") ?? "";
        for (var i = 2; text.Length < size && i <= MostCookies; i++)
            text += Cookies.Find(header, Numbered(i)) ?? "";

        return text.Length == size ? text : null;
    }

    /// <summary>How many cookies a payload needs; 0 if it is too long.</summary>
    public int Count(int size)
    {
        var needed = name.Length + 1 + SessionHead.TextSize + size;
        for (var count = 1; count <= MostCookies; count++, needed += name.Length + 2)
            if (needed <= LongestCookie * count)
                return count;

        return 0;
    }

    /// <summary>Sends cookies to the client.</summary>
    /// <param name="context">The request.</param>
    /// <param name="text">Head and payload.</param>
    /// <param name="more">What stands behind the attributes that all cookies have.</param>
    public void Send(RequestContext context, string text, string more = "")
    {
        var first = Math.Min(text.Length, LongestCookie - name.Length - 1);
        Put(context, name, text[..first] + Attributes + more);
        var part = LongestCookie - name.Length - 2;
        for (var (i, place) = (2, first); place < text.Length; i++, place += part)
            Put(context, Numbered(i), text[place..Math.Min(text.Length, place + part)] + Attributes + more);
    }

    /// <summary>Has the client forget cookies.</summary>
    /// <param name="context">The request.</param>
    /// <param name="count">How many there are.</param>
    public void End(RequestContext context, int count)
    {
        for (var i = 1; i <= Math.Max(1, count); i++)
            Put(context, i == 1 ? name : Numbered(i), Attributes + Ended);
    }

    string Attributes =>
        (config.CookieDomain is { } domain ? $"; Domain={domain}" : "")
        + $"; Path={config.CookiePath ?? "/"}; SameSite={config.CookieSameSite ?? SameSite.Lax}"
        + (config.CookieSecure == true ? "; Secure" : "")
        + (config.CookieHttpOnly == true ? "; HttpOnly" : "");

    string Numbered(int i) => name + i.ToString(CultureInfo.InvariantCulture);

    /// <summary>Sends one cookie, in place of one with its name that was to be sent.</summary>
    static void Put(RequestContext context, string cookie, string value)
    {
        var line = $"{cookie}={value}";
        var response = context.Response;
        if (context.Phase == Phase.HeaderFilter)
        {
            var others = response.GetHeaders(1000)["set-cookie"];
            string[] kept = [.. Enumerable.Range(0, others.Count).Select(i => others[i]).Where(other => !other.StartsWith(cookie + "=", StringComparison.Ordinal))];
            response.SetHeader("Set-Cookie", (string[])[.. kept, line]);
        }
        else
        {
            response.AddHeader("Set-Cookie", line);
        }
    }
}
