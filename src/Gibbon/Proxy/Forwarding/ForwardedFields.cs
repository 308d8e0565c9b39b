using System.Buffers.Text;
using System.Net;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Forwarding;

/// <summary>
/// The fields by which the service learns who asked and for what: <c>X-Forwarded-*</c> and <c>X-Real-IP</c>. A trusted peer's values stand;
/// anybody else's are replaced, but for <c>X-Forwarded-For</c>, which grows by the peer's address in any case.
/// </summary>
internal static class ForwardedFields
{
    /// <summary>Writes the fields behind those that are there already.</summary>
    public static void Write(Exchange exchange, HeaderTable outgoing)
    {
        HeaderTable client = exchange.Downstream.Request.Headers;
        WriteFor(exchange, client, outgoing);
        WriteTrusted(exchange, client, outgoing, KnownHeader.XForwardedProto, exchange.SchemeBytes);
        WriteHost(exchange, client, outgoing);
        WritePort(exchange, client, outgoing);
        WriteTrusted(exchange, client, outgoing, KnownHeader.XForwardedPath, exchange.RawPathBytes);
        WriteTrusted(exchange, client, outgoing, KnownHeader.XForwardedPrefix, exchange.StrippedPrefix);
        Span<byte> text = stackalloc byte[64];
        outgoing.Add(KnownHeader.XRealIp, Format(exchange.ClientAddress, text));
    }

    /// <summary>An address as text.</summary>
    public static ReadOnlySpan<byte> Format(IPAddress address, Span<byte> buffer)
    {
        address.TryFormat(buffer, out int written);
        return buffer[..written];
    }

    private static void WriteFor(Exchange exchange, HeaderTable client, HeaderTable outgoing)
    {
        Span<byte> text = stackalloc byte[64];
        if (!client.TryGet(KnownHeader.XForwardedFor, out ReadOnlySpan<byte> given))
        {
            outgoing.Add(KnownHeader.XForwardedFor, Format(exchange.ClientAddress, text));
            return;
        }

        ReadOnlySpan<byte> peer = Format(exchange.PeerAddress, text);
        byte[]? rented = null;
        Span<byte> joined = given.Length <= 512
            ? stackalloc byte[given.Length + 2 + peer.Length]
            : (rented = System.Buffers.ArrayPool<byte>.Shared.Rent(given.Length + 2 + peer.Length)).AsSpan(0, given.Length + 2 + peer.Length);
        given.CopyTo(joined);
        ", "u8.CopyTo(joined[given.Length..]);
        peer.CopyTo(joined[(given.Length + 2)..]);
        outgoing.Add(KnownHeader.XForwardedFor, joined);
        if (rented is not null)
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void WriteHost(Exchange exchange, HeaderTable client, HeaderTable outgoing)
    {
        if (exchange.IsPeerTrusted && client.TryGet(KnownHeader.XForwardedHost, out ReadOnlySpan<byte> given))
        {
            outgoing.Add(KnownHeader.XForwardedHost, given);
            return;
        }

        // Without a host (HTTP/1.0) nginx shows its server name, which Kong calls kong.
        ReadOnlySpan<byte> host = exchange.HostBytes;
        outgoing.Add(KnownHeader.XForwardedHost, host.IsEmpty ? "kong"u8 : host);
    }

    private static void WritePort(Exchange exchange, HeaderTable client, HeaderTable outgoing)
    {
        if (exchange.IsPeerTrusted && client.TryGet(KnownHeader.XForwardedPort, out ReadOnlySpan<byte> given))
        {
            outgoing.Add(KnownHeader.XForwardedPort, given);
            return;
        }

        Span<byte> text = stackalloc byte[8];
        Utf8Formatter.TryFormat(exchange.HostPort, text, out int written);
        outgoing.Add(KnownHeader.XForwardedPort, text[..written]);
    }

    private static void WriteTrusted(
        Exchange exchange, HeaderTable client, HeaderTable outgoing, KnownHeader header, ReadOnlySpan<byte> own)
    {
        ReadOnlySpan<byte> value = exchange.IsPeerTrusted && client.TryGet(header, out ReadOnlySpan<byte> given) ? given : own;
        if (!value.IsEmpty)
        {
            outgoing.Add(header, value);
        }
    }
}
