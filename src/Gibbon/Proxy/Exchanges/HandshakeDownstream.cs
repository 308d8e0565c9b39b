using System.Diagnostics;
using System.Net;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Listeners;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Exchanges;

/// <summary>A TLS handshake as an exchange without a request, so that plugins of the certificate phase see the context they know.</summary>
internal sealed class HandshakeDownstream(ServerHandshake handshake) : Downstream
{
    /// <summary>The handshake, which plugins may change.</summary>
    public ServerHandshake Handshake => handshake;

    public override RequestHead Request { get; } = new();

    public override MessageBody RequestBody => EmptyBody.Instance;

    public override RequestRejection Rejection => RequestRejection.None;

    public override long StartTimestamp { get; } = Stopwatch.GetTimestamp();

    public override EndPoint? RemoteEndPoint => handshake.RemoteEndPoint;

    public override EndPoint? LocalEndPoint => handshake.LocalEndPoint;

    /// <summary>The name is known; nothing has been agreed yet.</summary>
    public override TlsInformation? Tls { get; } = new(default, null, handshake.ServerName, null);

    public override long ConnectionId { get; } = Http1Connection.NextId();

    public override int ConnectionRequests => 0;

    public override long BytesReceived => 0;

    public override long BytesSent => 0;

    public override long BodyBytesSent => 0;

    public override bool HasStarted => false;

    public override bool IsDisconnected => false;

    public override IDisconnectObserver? DisconnectObserver { get; set; }

    public override bool CloseAfterwards { get; set; }

    public override ValueTask<bool> SendInterimAsync(ResponseHead head) => new(false);

    public override ValueTask<bool> SendContinueAsync() => new(false);

    public override void WriteHead(ResponseHead head) => throw new InvalidOperationException("A handshake has no response.");

    public override ValueTask<bool> WriteBodyAsync(ReadOnlyMemory<byte> data) => new(false);

    public override ValueTask<bool> FlushAsync() => new(false);

    public override ValueTask<bool> CompleteAsync(HeaderTable? trailers = null) => new(false);

    public override void Abort()
    {
    }

    public override ValueTask<TunnelResult> TunnelAsync(Transport upstream, ReadOnlyMemory<byte> received, TimeSpan idleTimeout) => default;
}
