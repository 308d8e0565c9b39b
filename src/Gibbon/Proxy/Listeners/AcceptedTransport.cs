using System.Net;
using Gibbon.Proxy.Transports;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Proxy.Listeners;

/// <summary>A client's connection as the HTTP/1 engine sees it: the bytes that were looked at come first, and what was learnt stands beside them.</summary>
internal sealed class AcceptedTransport(Transport inner, ReceiveBuffer peeked, TlsInformation? tls, IFeatureCollection? features) : Transport
{
    public override EndPoint? LocalEndPoint => inner.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public override TlsInformation? Tls => tls;

    public override IFeatureCollection? Features => features;

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (peeked.IsEmpty) return inner.ReceiveAsync(buffer);

        int length = Math.Min(peeked.Length, buffer.Length);
        peeked.Span[..length].CopyTo(buffer.Span);
        peeked.Consume(length);
        if (peeked.IsEmpty) peeked.Release();
        return new ValueTask<int>(length);
    }

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data) => inner.SendAsync(data);

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second) => inner.SendAsync(first, second);

    public override void CancelReceive() => inner.CancelReceive();

    public override void ShutdownSend() => inner.ShutdownSend();

    public override ValueTask EndSendAsync() => inner.EndSendAsync();

    public override void Abort() => inner.Abort();

    public override ValueTask CloseAsync() => inner.CloseAsync();
}
