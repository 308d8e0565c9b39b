using System.Text;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Responding;

/// <summary>The charset of texts that do not tell it themselves, the service's and ours: what nginx adds.</summary>
internal static class Charset
{
    private static readonly string[] Types =
        ["text/html", "text/xml", "text/plain", "text/vnd.wap.wml", "application/javascript", "application/rss+xml"];

    private static ReadOnlySpan<byte> Separator => "; charset="u8;

    /// <summary>Adds it after the plugins have seen the head, where the setting <c>charset</c> says one and the answer is no redirect.</summary>
    public static void AddTo(Exchange exchange)
    {
        HeaderTable headers = exchange.Head.Headers;
        string? charset = exchange.Dependencies.Settings.Proxy.Charset;
        if (charset is null || exchange.Head.Status is 301 or 302 || !headers.TryGet(KnownHeader.ContentType, out ReadOnlySpan<byte> type) || type.Contains((byte)';'))
        {
            return;
        }

        foreach (string candidate in Types)
        {
            if (Ascii.EqualsIgnoreCase(type, candidate))
            {
                Set(headers, type, charset);
                return;
            }
        }
    }

    private static void Set(HeaderTable headers, ReadOnlySpan<byte> type, string charset)
    {
        Span<byte> whole = stackalloc byte[type.Length + Separator.Length + charset.Length];
        type.CopyTo(whole);
        Separator.CopyTo(whole[type.Length..]);
        Encoding.ASCII.GetBytes(charset, whole[(type.Length + Separator.Length)..]);
        headers.Set(KnownHeader.ContentType, whole);
    }
}
