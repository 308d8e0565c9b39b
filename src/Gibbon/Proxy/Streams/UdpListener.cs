using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gibbon.Proxy.Listeners;

namespace Gibbon.Proxy.Streams;

/// <summary>
/// A socket for datagrams. Those of one client make a session, which ends when nothing has come or gone for the service's read timeout. There
/// are never more sessions than a bound, nor more waiting datagrams: what is beyond is dropped, as UDP may.
/// </summary>
internal sealed class UdpListener(StreamListeners owner, ListenSocket listener) : IDisposable
{
    // As many as nginx has connections at most.
    private const int MostSessions = 16 * 1024;
    private const int LongestDatagram = 65535;

    private readonly ConcurrentDictionary<SocketAddress, UdpSession> _sessions = new();
    private readonly CancellationTokenSource _stop = new();

    public EndPoint LocalEndPoint => listener.LocalEndPoint;

    public StreamListenerOptions Options => owner.Options;

    public void Start() => _ = ReceiveAsync();

    /// <summary>New clients are not served any more; answers to the present ones still go out.</summary>
    public void StopAccepting() => _stop.Cancel();

    public void Dispose()
    {
        _stop.Cancel();
        listener.Dispose();
        _stop.Dispose();
    }

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, SocketAddress to) =>
        listener.Socket.SendToAsync(data, SocketFlags.None, to);

    public void Remove(UdpSession session)
    {
        _sessions.TryRemove(session.Address, out _);
        owner.Remove(session);
    }

    private async Task ReceiveAsync()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(LongestDatagram, pinned: true);
        SocketAddress from = new(listener.Socket.AddressFamily);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                int length = await listener.Socket.ReceiveFromAsync(buffer, SocketFlags.None, from, _stop.Token).ConfigureAwait(false);
                Deliver(buffer.AsSpan(0, length), from);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // An answer of ours found nobody (ICMP); the next datagram may.
                if (e.SocketErrorCode is not (SocketError.ConnectionReset or SocketError.ConnectionRefused))
                {
                    Options.Log.CannotAccept(listener.Address.Text, e.Message);
                    await Task.Delay(100).ConfigureAwait(false);
                }
            }
        }
    }

    private void Deliver(ReadOnlySpan<byte> datagram, SocketAddress from)
    {
        if (!_sessions.TryGetValue(from, out UdpSession? session))
        {
            if (_sessions.Count >= MostSessions)
            {
                return;
            }

            // The buffer of the address is filled anew by the next datagram.
            SocketAddress own = new(from.Family, from.Size);
            from.Buffer.Span[..from.Size].CopyTo(own.Buffer.Span);
            session = new UdpSession(this, own);
            _sessions[own] = session;
            owner.Add(session);
            ThreadPool.UnsafeQueueUserWorkItem(session, preferLocal: false);
        }

        session.Deliver(datagram);
    }
}
