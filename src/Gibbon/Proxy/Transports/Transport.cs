using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Proxy.Transports;

/// <summary>
/// A connection of bytes: all that the HTTP engine knows of the network. One receive and one send may be under way at the same time, never
/// two of a kind. Failures are values, because a peer that goes away is an everyday event. No call may be assumed to complete on any
/// particular thread.
/// </summary>
internal abstract class Transport
{
    /// <summary>What <see cref="ReceiveAsync"/> returns when the connection is broken or was aborted.</summary>
    public const int Broken = -1;

    public abstract EndPoint? LocalEndPoint { get; }

    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>The TLS layer, null for a connection in clear.</summary>
    public virtual TlsInformation? Tls => null;

    /// <summary>What connection middleware left behind; null where there is none.</summary>
    public virtual IFeatureCollection? Features => null;

    /// <summary>Receives some bytes: their number, 0 at the end of the peer's data, <see cref="Broken"/> when the connection failed.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends all the bytes. False when the connection failed. The buffer is the caller's again on completion.</summary>
    public abstract ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data);

    /// <summary>Sends all the bytes of both, in one operation where the transport can.</summary>
    public abstract ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second);

    /// <summary>Ends a pending receive soon, with 0 or <see cref="Broken"/>; sending remains possible.</summary>
    public abstract void CancelReceive();

    /// <summary>Tells the peer that no more will be sent, where the transport can say so alone; the other direction stays open.</summary>
    public abstract void ShutdownSend();

    /// <summary>As <see cref="ShutdownSend"/>, with the goodbye that the transport's protocol has.</summary>
    public virtual ValueTask EndSendAsync()
    {
        ShutdownSend();
        return default;
    }

    /// <summary>Ends the connection at once from any thread; pending operations complete as broken.</summary>
    public abstract void Abort();

    /// <summary>Ends the connection in order, after what was sent, and frees it.</summary>
    public abstract ValueTask CloseAsync();
}
