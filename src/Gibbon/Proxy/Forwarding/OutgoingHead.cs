using System.Text;
using Gibbon.Balancing;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Proxy.Forwarding;

/// <summary>Makes the head that the service gets: our own fields first, in Kong's order, then the client's.</summary>
internal static class OutgoingHead
{
    /// <summary>Fields of the client's that are never passed on as they came: they mean this hop, or stand among our own.</summary>
    private const ulong NotPassedOn =
        1UL << (int)KnownHeader.Host | 1UL << (int)KnownHeader.Connection | 1UL << (int)KnownHeader.KeepAlive
        | 1UL << (int)KnownHeader.ProxyConnection | 1UL << (int)KnownHeader.Proxy | 1UL << (int)KnownHeader.Expect
        | 1UL << (int)KnownHeader.TE | 1UL << (int)KnownHeader.Upgrade | 1UL << (int)KnownHeader.Via | 1UL << (int)KnownHeader.Http2Settings
        | 1UL << (int)KnownHeader.XForwardedFor | 1UL << (int)KnownHeader.XForwardedHost | 1UL << (int)KnownHeader.XForwardedPath
        | 1UL << (int)KnownHeader.XForwardedPort | 1UL << (int)KnownHeader.XForwardedPrefix | 1UL << (int)KnownHeader.XForwardedProto
        | 1UL << (int)KnownHeader.XRealIp | 1UL << (int)KnownHeader.ContentLength | 1UL << (int)KnownHeader.TransferEncoding;

    /// <summary>Builds the head for a try that goes to <paramref name="destination"/>; the body's framing is set by the caller.</summary>
    public static void Build(Exchange exchange, in Destination destination)
    {
        OutgoingRequest outgoing = exchange.Outgoing;
        ServiceCall call = exchange.Call;
        RequestHead client = exchange.Downstream.Request;
        outgoing.SetLine(call.Method is null ? client.MethodBytes : Encoding.ASCII.GetBytes(call.Method), exchange.UpstreamTarget);
        HeaderTable leading = outgoing.Leading;
        leading.Reset();
        WriteVia(exchange, client, leading);
        WriteHost(exchange, call, in destination, leading);
        bool webSocket = exchange.IsWebSocket;
        if (webSocket)
        {
            leading.Add(KnownHeader.Upgrade, "websocket"u8);
        }

        leading.Add(KnownHeader.Connection, webSocket ? "keep-alive, Upgrade"u8 : "keep-alive"u8);
        ForwardedFields.Write(exchange, leading);
        if (exchange.SendsTrailers)
        {
            leading.Add(KnownHeader.TE, "trailers"u8);
        }

        outgoing.Skip = NotPassedOn;
        if (exchange.Dependencies.Settings.Headers.UpstreamRequestId)
        {
            leading.Add(KnownHeader.XKongRequestId, exchange.IdBytes);
            outgoing.Skip |= 1UL << (int)KnownHeader.XKongRequestId;
        }

        outgoing.Headers = client.Headers;
    }

    private static void WriteVia(Exchange exchange, RequestHead client, HeaderTable leading)
    {
        ReadOnlySpan<byte> version = client.Version switch { HttpVersion.Http10 => "1 "u8, HttpVersion.Http2 => "2 "u8, _ => "1.1 "u8 };
        ReadOnlySpan<byte> token = exchange.Dependencies.ServerToken;
        bool extends = client.Headers.TryGet(KnownHeader.Via, out ReadOnlySpan<byte> given);
        Span<byte> via = stackalloc byte[Math.Min(given.Length, 1024) + 2 + version.Length + token.Length];
        int length = 0;
        if (extends)
        {
            // A longer value is somebody's play; its beginning says enough.
            given[..Math.Min(given.Length, 1024)].CopyTo(via);
            length = Math.Min(given.Length, 1024);
            ", "u8.CopyTo(via[length..]);
            length += 2;
        }

        version.CopyTo(via[length..]);
        token.CopyTo(via[(length + version.Length)..]);
        leading.Add(KnownHeader.Via, via[..(length + version.Length + token.Length)]);
    }

    private static void WriteHost(Exchange exchange, ServiceCall call, in Destination destination, HeaderTable leading)
    {
        if (call.Host is not null)
        {
            leading.Add(KnownHeader.Host, call.Host);
        }
        else if (exchange.Match.Traits.PreserveHost && !exchange.Downstream.Request.Authority.IsEmpty)
        {
            leading.Add(KnownHeader.Host, exchange.Downstream.Request.Authority);
        }
        else
        {
            leading.Add(KnownHeader.Host, destination.Peer.Authority(call.IsTls ? 443 : 80));
        }
    }
}
