using System.Diagnostics;
using System.Net;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Gibbon.Proxy.Upstreams;
using Gibbon.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Proxy.Streams;

/// <summary>
/// A TCP, TLS or UDP session as an exchange without a request, so that plugins see the context they know. What kind it is the two subclasses
/// know; the pipeline does not.
/// </summary>
internal abstract class StreamSession : Downstream
{
    private long _received;
    private long _sent;

    /// <summary>What the router goes by.</summary>
    public abstract RouteProtocol Protocol { get; }

    /// <summary>nginx's word for the transport (<c>$protocol</c>): TCP or UDP.</summary>
    public abstract string TransportName { get; }

    /// <summary>Whether it came by a listener with <c>ssl</c>: the route decides who ends the TLS.</summary>
    public virtual bool IsTlsExpected => false;

    /// <summary>Whether TLS was ended here.</summary>
    public bool IsTerminated { get; protected set; }

    public override RequestHead Request { get; } = new();

    public override MessageBody RequestBody => EmptyBody.Instance;

    public override RequestRejection Rejection => RequestRejection.None;

    public override long StartTimestamp { get; } = Stopwatch.GetTimestamp();

    public override long ConnectionId { get; } = Http1Connection.NextId();

    public override int ConnectionRequests => 1;

    /// <summary>Bytes from the client, without TLS.</summary>
    public override long BytesReceived => Volatile.Read(ref _received);

    /// <summary>Bytes to the client, without TLS.</summary>
    public override long BytesSent => Volatile.Read(ref _sent);

    public override long BodyBytesSent => BytesSent;

    public override bool HasStarted => false;

    public override bool IsDisconnected => false;

    public override IDisconnectObserver? DisconnectObserver { get; set; }

    public override bool CloseAfterwards { get; set; }

    /// <summary>Ends the client's TLS; false when the handshake fails.</summary>
    public virtual ValueTask<bool> TerminateTlsAsync() => new(false);

    /// <summary>Connects to the service; on success <see cref="RelayAsync"/> may follow.</summary>
    /// <param name="origin">Where, and with which TLS.</param>
    /// <param name="preface">What is sent before anything else.</param>
    /// <param name="timeout">Milliseconds.</param>
    public abstract ValueTask<ProxyError> ConnectAsync(UpstreamOrigin origin, ReadOnlyMemory<byte> preface, int timeout);

    /// <summary>Moves bytes both ways until the session is over; the connection to the service is closed then.</summary>
    /// <param name="idleTimeout">Milliseconds without a byte in either direction that end it.</param>
    public abstract ValueTask<ProxyError> RelayAsync(int idleTimeout);

    /// <summary>Sends something of the gateway's own.</summary>
    public abstract ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data);

    public void CountReceived(int bytes) => Interlocked.Add(ref _received, bytes);

    public void CountSent(int bytes) => Interlocked.Add(ref _sent, bytes);

    public override ValueTask<bool> SendInterimAsync(ResponseHead head) => new(false);

    public override ValueTask<bool> SendContinueAsync() => new(false);

    public override void WriteHead(ResponseHead head) => throw new InvalidOperationException("A stream has no response.");

    public override ValueTask<bool> WriteBodyAsync(ReadOnlyMemory<byte> data) => SendAsync(data);

    public override ValueTask<bool> FlushAsync() => new(true);

    public override ValueTask<bool> CompleteAsync(HeaderTable? trailers = null) => new(true);

    public override ValueTask<TunnelResult> TunnelAsync(Transport upstream, ReadOnlyMemory<byte> received, TimeSpan idleTimeout) => default;
}
