using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Gibbon.Proxy.Listeners;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Gibbon.Proxy.Upstreams;
using Gibbon.Routing;

namespace Gibbon.Proxy.Streams;

/// <summary>What one client and a service say to each other over UDP.</summary>
internal sealed class UdpSession : StreamSession, IStreamClient, IThreadPoolWorkItem
{
    private const int LongestDatagram = 65535;

    // Datagrams that wait for the service to be found. What comes faster than it can be passed on is lost, as on any link.
    private const int MostWaiting = 64;

    private readonly Channel<Datagram> _waiting = Channel.CreateBounded<Datagram>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }, static dropped => dropped.Release());

    private readonly CancellationTokenSource _end = new();
    private readonly UdpListener _listener;
    private Socket? _upstream;

    public UdpSession(UdpListener listener, SocketAddress address)
    {
        _listener = listener;
        Address = address;
        RemoteEndPoint = listener.LocalEndPoint.Create(address);
    }

    /// <summary>The client, as the socket knows it.</summary>
    public SocketAddress Address { get; }

    public override RouteProtocol Protocol => RouteProtocol.Udp;

    public override string TransportName => "UDP";

    public override EndPoint? RemoteEndPoint { get; }

    public override EndPoint? LocalEndPoint => _listener.LocalEndPoint;

    public override TlsInformation? Tls => null;

    /// <summary>A datagram of the client.</summary>
    public void Deliver(ReadOnlySpan<byte> datagram)
    {
        CountReceived(datagram.Length);
        Datagram copy = new(ArrayPool<byte>.Shared.Rent(datagram.Length), datagram.Length);
        datagram.CopyTo(copy.Bytes);
        if (!_waiting.Writer.TryWrite(copy))
        {
            copy.Release();
        }
    }

    public void Execute() => _ = ServeAsync();

    public override ValueTask<ProxyError> ConnectAsync(UpstreamOrigin origin, ReadOnlyMemory<byte> preface, int timeout)
    {
        Socket socket = new(origin.EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // Names the peer, so that nobody else's datagrams are taken for the service's; nothing is sent.
            socket.Connect(origin.EndPoint);
            _upstream = socket;
            if (!preface.IsEmpty)
            {
                socket.Send(preface.Span);
            }

            return default;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            return new(new ProxyError(ProxyErrorKind.ConnectFailed, ErrorSource.Upstream, RetryAdvice.Yes, e.Message));
        }
    }

    public override async ValueTask<ProxyError> RelayAsync(int idleTimeout)
    {
        using IdleEnd idle = new(_end, idleTimeout);
        Task<ProxyError> up = MoveUpAsync(idle);
        Task<ProxyError> down = MoveDownAsync(idle);
        Task<ProxyError> first = await Task.WhenAny(up, down).ConfigureAwait(false);
        await _end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(up, down).ConfigureAwait(false);
        return await first.ConfigureAwait(false);
    }

    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data)
    {
        try
        {
            CountSent(await _listener.SendAsync(data, Address).ConfigureAwait(false));
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public override void Abort()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It is over already.
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            await _listener.Options.Serve(this).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _listener.Options.Log.ConnectionFailed(e);
        }
        finally
        {
            _listener.Remove(this);
            _waiting.Writer.Complete();
            while (_waiting.Reader.TryRead(out Datagram datagram))
            {
                datagram.Release();
            }

            _upstream?.Dispose();
            _end.Dispose();
        }
    }

    private async Task<ProxyError> MoveUpAsync(IdleEnd idle)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_end.Token).ConfigureAwait(false))
            {
                while (_waiting.Reader.TryRead(out Datagram datagram))
                {
                    idle.Restart();
                    await _upstream!.SendAsync(datagram.Bytes.AsMemory(0, datagram.Length), SocketFlags.None, _end.Token).ConfigureAwait(false);
                    datagram.Release();
                }
            }

            return default;
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return default;
        }
        catch (SocketException e)
        {
            return Failed("send", e);
        }
    }

    private async Task<ProxyError> MoveDownAsync(IdleEnd idle)
    {
        try
        {
            while (true)
            {
                // Sessions are many and mostly silent: who waits needs no buffer.
                await _upstream!.ReceiveAsync(Memory<byte>.Empty, SocketFlags.Peek, _end.Token).ConfigureAwait(false);
                await PassDownAsync(idle).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return default;
        }
        catch (SocketException e)
        {
            return Failed("recv", e);
        }
    }

    private async ValueTask PassDownAsync(IdleEnd idle)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LongestDatagram);
        try
        {
            int length = await _upstream!.ReceiveAsync(buffer, SocketFlags.None, _end.Token).ConfigureAwait(false);
            idle.Restart();
            await SendAsync(buffer.AsMemory(0, length)).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ProxyError Failed(string call, SocketException failure) =>
        new(ProxyErrorKind.ConnectRefused, ErrorSource.Upstream, RetryAdvice.Yes, $"{call}() failed: {failure.Message}");

    private readonly record struct Datagram(byte[] Bytes, int Length)
    {
        public void Release() => ArrayPool<byte>.Shared.Return(Bytes);
    }

    /// <summary>Ends a session when nothing has moved for a while.</summary>
    private sealed class IdleEnd : Watched, IDisposable
    {
        private readonly CancellationTokenSource _end;
        private readonly int _timeout;

        public IdleEnd(CancellationTokenSource end, int timeout)
            : base(Watchdog.Shared)
        {
            _end = end;
            _timeout = timeout;
            Restart();
        }

        public void Restart() => SetDeadline(_timeout);

        public void Dispose() => ClearDeadline();

        protected override void OnExpired()
        {
            try
            {
                _end.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The session ended by itself.
            }
        }
    }
}
