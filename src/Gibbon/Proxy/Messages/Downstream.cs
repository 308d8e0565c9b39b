using System.Net;
using Gibbon.Proxy.Transports;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Proxy.Messages;

/// <summary>
/// The client's side of one exchange, whatever the protocol: the request as it came, and the calls that answer it. Used by one flow of
/// control at a time; the calls that send return false when the client can no longer be reached.
/// </summary>
internal abstract class Downstream
{
    /// <summary>The request's head. For a rejected request, as much of it as was understood; the rest is empty.</summary>
    public abstract RequestHead Request { get; }

    /// <summary>The request's body. Pieces are valid until the next read.</summary>
    public abstract MessageBody RequestBody { get; }

    /// <summary>Why the request must be refused, or <see cref="RequestRejection.None"/>. A refused exchange ends its connection.</summary>
    public abstract RequestRejection Rejection { get; }

    /// <summary><see cref="System.Diagnostics.Stopwatch.GetTimestamp"/> when the first byte of the request was seen.</summary>
    public abstract long StartTimestamp { get; }

    public abstract EndPoint? RemoteEndPoint { get; }

    public abstract EndPoint? LocalEndPoint { get; }

    /// <summary>What was agreed in the TLS handshake; null for a connection in clear.</summary>
    public abstract TlsInformation? Tls { get; }

    /// <summary>Features that the connection's middleware left, for example by the PROXY protocol; null where there are none.</summary>
    public virtual IFeatureCollection? ConnectionFeatures => null;

    /// <summary>Number of this connection, unique in the process (<c>$connection</c>).</summary>
    public abstract long ConnectionId { get; }

    /// <summary>How many requests this connection has carried, this one included (<c>$connection_requests</c>).</summary>
    public abstract int ConnectionRequests { get; }

    /// <summary>Bytes of the request received so far: request line, headers and body with its framing (<c>$request_length</c>).</summary>
    public abstract long BytesReceived { get; }

    /// <summary>Bytes sent to the client for this exchange, heads included (<c>$bytes_sent</c>).</summary>
    public abstract long BytesSent { get; }

    /// <summary>Bytes of response content sent, without heads and chunk framing (<c>$body_bytes_sent</c>).</summary>
    public abstract long BodyBytesSent { get; }

    /// <summary>True once <see cref="WriteHead"/> has been called for the final response.</summary>
    public abstract bool HasStarted { get; }

    /// <summary>True once the client has closed or reset its connection or stream.</summary>
    public abstract bool IsDisconnected { get; }

    /// <summary>Told when the client goes away; set it at the start of the exchange. If the client is gone already, the setter tells it at once.</summary>
    public abstract IDisconnectObserver? DisconnectObserver { get; set; }

    /// <summary>Set to close the connection after this exchange; the response then says so. Has no meaning in HTTP/2.</summary>
    public abstract bool CloseAfterwards { get; set; }

    /// <summary>Sends an interim response such as 103; never 101. A <c>100 Continue</c> goes out by itself when the body is read.</summary>
    public abstract ValueTask<bool> SendInterimAsync(ResponseHead head);

    /// <summary>Sends <c>100 Continue</c> if the client asked for it and it has not been sent.</summary>
    public abstract ValueTask<bool> SendContinueAsync();

    /// <summary>
    /// Takes the final response's head. It is serialised now, so the head may change afterwards, but it leaves with the first bytes of the
    /// body, with <see cref="FlushAsync"/> or with <see cref="CompleteAsync"/>. Connection, Keep-Alive, Content-Length and
    /// Transfer-Encoding are written from the framing, never from the table; <paramref name="head"/>'s
    /// <see cref="ResponseHead.Framing"/> and <see cref="ResponseHead.ContentLength"/> tell what body will follow.
    /// </summary>
    public abstract void WriteHead(ResponseHead head);

    /// <summary>Sends a piece of the body. The bytes are the caller's again when this completes; small ones may wait for a flush.</summary>
    public abstract ValueTask<bool> WriteBodyAsync(ReadOnlyMemory<byte> data);

    /// <summary>Sends whatever has been held back.</summary>
    public abstract ValueTask<bool> FlushAsync();

    /// <summary>
    /// Ends the response and sends what is left. With too few bytes for the announced length the connection is closed. Trailers are sent
    /// where the framing allows them.
    /// </summary>
    public abstract ValueTask<bool> CompleteAsync(HeaderTable? trailers = null);

    /// <summary>
    /// Ends the exchange at once: what was held back is sent if it can be without waiting, then the connection (or stream) ends, without
    /// marking the response as complete. This is what a truncated upstream response looks like to the client.
    /// </summary>
    public abstract void Abort();

    /// <summary>
    /// After a head with status 101: sends it, then moves bytes both ways between client and <paramref name="upstream"/> until either ends or
    /// neither has moved for <paramref name="idleTimeout"/>. Bytes that the client sent after its request are held back until now.
    /// </summary>
    /// <param name="upstream">The upgraded upstream connection; it is closed at the end.</param>
    /// <param name="received">Bytes the upstream sent behind its head.</param>
    /// <param name="idleTimeout">Silence in both directions that ends the tunnel.</param>
    public abstract ValueTask<TunnelResult> TunnelAsync(Transport upstream, ReadOnlyMemory<byte> received, TimeSpan idleTimeout);
}
