using System.Text;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Errors;

/// <summary>The short HTML pages of the web server that Kong is built on: for redirects and for messages that it refuses to speak about.</summary>
internal static class BarePages
{
    /// <summary>The page of a status.</summary>
    public static byte[] Of(int status)
    {
        // The page of a 302 has the standard's phrase; nginx's status line has its own.
        string line = status == 302 ? "302 Found" : status + " " + Encoding.ASCII.GetString(ReasonPhrases.Of(status));
        return Page(line, line, "");
    }

    /// <summary>The page that the web server puts where an exit left the body open; null for a status that has none.</summary>
    public static byte[]? OfExit(int status) => status switch
    {
        401 => Page("401 Authorization Required", "401 Authorization Required", ""),
        301 or 302 or 303 or 307 or 308 or 402 or 403 or 406 or 409 or 410 or 415 or 416 or 421 or 429 or 501 or 505 or 507 => Of(status),
        _ => null,
    };

    /// <summary>The page for plain HTTP on a port that expects TLS.</summary>
    public static byte[] PlainHttpOnTlsPort { get; } = Page(
        "400 The plain HTTP request was sent to HTTPS port",
        "400 Bad Request",
        "<center>The plain HTTP request was sent to HTTPS port</center>\r\n");

    private static byte[] Page(string title, string heading, string note) => Encoding.ASCII.GetBytes(
        $"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{heading}</h1></center>\r\n{note}</body>\r\n</html>\r\n");
}
