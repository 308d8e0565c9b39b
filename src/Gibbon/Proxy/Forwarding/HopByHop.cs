using System.Text;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Forwarding;

/// <summary>Header fields that mean one connection and not the message: what <c>Connection</c> names goes no further.</summary>
internal static class HopByHop
{
    /// <summary>
    /// Removes from a request what its <c>Connection</c> names. Done before any plugin runs, and never to a field that frames the message
    /// or that the gateway itself asserts, so that a client cannot take away what others will rely on.
    /// </summary>
    public static void RemoveNamed(HeaderTable headers)
    {
        for (int i = headers.Find(KnownHeader.Connection); i >= 0; i = headers.Find(KnownHeader.Connection, i + 1))
        {
            ReadOnlySpan<byte> value = headers.Value(i);
            if (IsPlain(value))
            {
                continue;
            }

            foreach (Range part in value.Split((byte)','))
            {
                ReadOnlySpan<byte> name = value[part].Trim(" \t"u8);
                if (!name.IsEmpty && !IsProtected(name))
                {
                    headers.Remove(name);
                }
            }
        }
    }

    /// <summary>Removes from a response what its <c>Connection</c> names, the hop's own fields excepted: those are made anew.</summary>
    public static void RemoveNamedFromResponse(HeaderTable headers)
    {
        for (int i = headers.Find(KnownHeader.Connection); i >= 0; i = headers.Find(KnownHeader.Connection, i + 1))
        {
            ReadOnlySpan<byte> value = headers.Value(i);
            if (IsPlain(value))
            {
                continue;
            }

            foreach (Range part in value.Split((byte)','))
            {
                ReadOnlySpan<byte> name = value[part].Trim(" \t"u8);
                if (!name.IsEmpty && !IsHopControl(name) && !IsFraming(name))
                {
                    headers.Remove(name);
                }
            }
        }
    }

    /// <summary>Whether a comma-separated list has this element, letter case aside.</summary>
    public static bool ListContains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> element)
    {
        foreach (Range part in list.Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(list[part].Trim(" \t"u8), element))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPlain(ReadOnlySpan<byte> value) => IsHopControl(value.Trim(" \t"u8));

    private static bool IsHopControl(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "keep-alive"u8) || Ascii.EqualsIgnoreCase(name, "close"u8) || Ascii.EqualsIgnoreCase(name, "upgrade"u8);

    private static bool IsFraming(ReadOnlySpan<byte> name) =>
        KnownHeaders.Identify(name) is KnownHeader.ContentLength or KnownHeader.TransferEncoding or KnownHeader.Connection;

    private static bool IsProtected(ReadOnlySpan<byte> name) => IsHopControl(name) || KnownHeaders.Identify(name) is
        KnownHeader.Host or KnownHeader.ContentLength or KnownHeader.TransferEncoding or KnownHeader.Connection or KnownHeader.TE
        or KnownHeader.XForwardedFor or KnownHeader.XForwardedHost or KnownHeader.XForwardedPath or KnownHeader.XForwardedPort
        or KnownHeader.XForwardedPrefix or KnownHeader.XForwardedProto or KnownHeader.XRealIp or KnownHeader.Via or KnownHeader.XKongRequestId;
}
