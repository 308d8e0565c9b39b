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
    public string? Find(Request request) => Cookies.Find(request, name);

    /// <summary>The payload behind a head, put together from all cookies.</summary>
    /// <returns><c>null</c> if a part of it is missing.</returns>
    public string? Payload(Request request, string first, int size)
    {
        var text = first[SessionHead.TextSize..];
        for (var i = 2; text.Length < size && i <= MostCookies; i++)
            text += Cookies.Find(request, Numbered(i)) ?? "";

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
    /// <returns>How many they are.</returns>
    public int Send(RequestContext context, string text, string more = "")
    {
        var place = SendFirst(context, text, more);
        var part = LongestCookie - name.Length - 2;
        var count = 1;
        for (; place < text.Length; place += part)
            Put(context, Numbered(++count), text[place..Math.Min(text.Length, place + part)] + Attributes + more);

        return count;
    }

    /// <summary>Sends the first cookie, which has the head in it.</summary>
    /// <returns>How much of the text is in it.</returns>
    public int SendFirst(RequestContext context, string text, string more = "")
    {
        var length = Math.Min(text.Length, LongestCookie - name.Length - 1);
        Put(context, name, text[..length] + Attributes + more);
        return length;
    }

    /// <summary>Has the client forget cookies.</summary>
    /// <param name="context">The request.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="kept">How many of them stay.</param>
    public void End(RequestContext context, int count, int kept = 0)
    {
        for (var i = kept + 1; i <= count; i++)
            Put(context, i == 1 ? name : Numbered(i), Attributes + Ended);
    }

    /// <summary>Sends what was put together in this phase, in which answers cannot be read.</summary>
    public static void SendWaiting(RequestContext context)
    {
        if (context.ExistingState<SessionState>()?.Waiting is not { } waiting)
            return;

        foreach (var line in waiting.Values)
            context.Response.AddHeader("Set-Cookie", line);

        waiting.Clear();
    }

    string Attributes =>
        (config.CookieDomain is null or "" or "localhost" ? "" : $"; Domain={config.CookieDomain}")
        + $"; Path={config.CookiePath ?? "/"}; SameSite={config.CookieSameSite ?? SameSite.Lax}"
        + (config.CookieSecure == true || config.CookieSameSite == SameSite.None ? "; Secure" : "")
        + (config.CookieHttpOnly == false ? "" : "; HttpOnly");

    string Numbered(int i) => name + i.ToString(CultureInfo.InvariantCulture);

    /// <summary>Sends one cookie, in place of one with its name that was to be sent.</summary>
    static void Put(RequestContext context, string cookie, string value)
    {
        var line = $"{cookie}={value}";
        if (context.Phase != Phase.HeaderFilter)
        {
            context.State<SessionState>().Waiting[cookie] = line;
            return;
        }

        var others = context.Response.GetHeaders(1000)["set-cookie"];
        var kept = Enumerable.Range(0, others.Count).Select(i => others[i]).Where(other => !other.StartsWith(cookie + "=", StringComparison.Ordinal));
        context.Response.SetHeader("Set-Cookie", (string[])[.. kept, line]);
    }
}
