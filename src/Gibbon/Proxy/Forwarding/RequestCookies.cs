using System.Text;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Forwarding;

/// <summary>Reads the cookies of a request, as nginx's <c>$cookie_name</c> does: the first of a name counts, letter case aside.</summary>
internal static class RequestCookies
{
    public static bool TryGet(HeaderTable headers, string name, out ReadOnlySpan<byte> value)
    {
        for (int i = headers.Find("cookie"u8); i >= 0; i = headers.Find("cookie"u8, i + 1))
        {
            if (TryFind(headers.Value(i), name, out value))
            {
                return true;
            }
        }

        value = default;
        return false;
    }

    private static bool TryFind(ReadOnlySpan<byte> cookies, string name, out ReadOnlySpan<byte> value)
    {
        while (!cookies.IsEmpty)
        {
            int end = cookies.IndexOf((byte)';');
            ReadOnlySpan<byte> cookie = (end < 0 ? cookies : cookies[..end]).Trim((byte)' ');
            cookies = end < 0 ? default : cookies[(end + 1)..];
            if (cookie.Length > name.Length && cookie[name.Length] == '=' && Ascii.EqualsIgnoreCase(cookie[..name.Length], name))
            {
                value = cookie[(name.Length + 1)..];
                return true;
            }
        }

        value = default;
        return false;
    }
}
