using System.Net.Sockets;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Listeners;

/// <summary>A socket as a stream, for the TLS library and for HTTP/2, that first gives the bytes which were looked at already.</summary>
internal sealed class PrefixedStream(Socket socket, ReceiveBuffer prefix) : NetworkStream(socket, ownsSocket: false)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (prefix.IsEmpty) return base.ReadAsync(buffer, cancellationToken);

        int length = Math.Min(prefix.Length, buffer.Length);
        prefix.Span[..length].CopyTo(buffer.Span);
        prefix.Consume(length);
        if (prefix.IsEmpty) prefix.Release();
        return new ValueTask<int>(length);
    }
}
