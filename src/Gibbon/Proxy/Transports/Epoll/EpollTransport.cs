using System.Net;
using System.Net.Sockets;

namespace Gibbon.Proxy.Transports.Epoll;

/// <summary>
/// A TCP or Unix socket in clear on an <see cref="EpollLoop"/>. Beside <see cref="SocketTransport"/> it saves the receive that finds nothing before every wait, and the
/// framework's own queues: a fifth of a small request's processor time.
/// </summary>
#pragma warning disable CA1001 // Abort and CloseAsync are how a transport is disposed of.
internal sealed class EpollTransport : Transport, IThreadPoolWorkItem
{
    private readonly Socket _socket;
    private readonly EpollLoop _loop;
    private readonly int _descriptor;
    private EndPoint? _local;
    private int _users = 1;
    private int _closed;
    private bool _tellsReceiver;
    private bool _tellsSender;

    private EpollTransport(Socket socket, EndPoint? remote)
    {
        _socket = socket;
        _descriptor = (int)socket.Handle;
        _loop = EpollLoop.Next();
        RemoteEndPoint = remote;
        Receiving = new EpollReceive(this);
        Sending = new EpollSend(this);
    }

    public override EndPoint? LocalEndPoint => _local ??= ReadLocalEndPoint();

    public override EndPoint? RemoteEndPoint { get; }

    internal EpollReceive Receiving { get; }

    internal EpollSend Sending { get; }

    /// <summary>What the loop knows it by.</summary>
    internal ulong Key { get; set; }

    /// <summary>Whether this system has what the loops need.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>A connected socket that nothing has been done with yet but synchronously; the ordinary transport where loops cannot be had.</summary>
    public static Transport Of(Socket socket)
    {
        if (!IsSupported) return new SocketTransport(socket);

        var transport = new EpollTransport(socket, socket.RemoteEndPoint);
        return transport._loop.TryAdd(transport, transport._descriptor) ? transport : new SocketTransport(socket);
    }

    /// <summary>Connects a new socket. The transport is there at once, so that <see cref="Abort"/> ends the attempt.</summary>
    public static ValueTask<SocketError> ConnectAsync(Socket socket, EndPoint endPoint, out Transport transport)
    {
        socket.Blocking = false;
        var connecting = new EpollTransport(socket, endPoint);
        transport = connecting;
        SocketAddress address = endPoint.Serialize();
        int outcome = EpollCalls.Connect(connecting._descriptor, address.Buffer.Span[..address.Size]);
        if (outcome is < 0 and not EpollCalls.InProgress) return new(ErrorOf(-outcome));
        if (!connecting._loop.TryAdd(connecting, connecting._descriptor)) return new(SocketError.TooManyOpenSockets);

        return outcome == 0 ? new(SocketError.Success) : connecting.ConnectedAsync();
    }

    /// <summary>Leaves the socket to somebody else, who closes it. Nothing may be under way.</summary>
    public Socket Detach()
    {
        _loop.Remove(this, _descriptor);
        Volatile.Write(ref _closed, 1);
        return _socket;
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => Receiving.StartAsync(buffer);

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data) => Sending.StartAsync(data, default);

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second) => Sending.StartAsync(first, second);

    public override void CancelReceive() => Shutdown(SocketShutdown.Receive);

    public override void ShutdownSend() => Shutdown(SocketShutdown.Send);

    public override void Abort()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;

        _tellsReceiver = Receiving.Close();
        _tellsSender = Sending.Close();
        if (_tellsReceiver || _tellsSender)
        {
            // Broken off in the middle of something: the peer must not take it for the end. Who waits is told from another thread, for this one may hold a lock.
            ResetOnClose();
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        Leave();
    }

    public override ValueTask CloseAsync()
    {
        Abort();
        return default;
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (_tellsReceiver) Receiving.Break();
        if (_tellsSender) Sending.Break();
    }

    internal int Receive(Span<byte> buffer)
    {
        if (!TryEnter()) return EpollCalls.BadDescriptor;

        int count = EpollCalls.Receive(_descriptor, buffer);
        Leave();
        return count;
    }

    internal int Send(ReadOnlySpan<byte> data)
    {
        if (!TryEnter()) return EpollCalls.BadDescriptor;

        int count = EpollCalls.Send(_descriptor, data);
        Leave();
        return count;
    }

    internal int Send(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (!TryEnter()) return EpollCalls.BadDescriptor;

        int count = EpollCalls.Send(_descriptor, first, second);
        Leave();
        return count;
    }

    // A descriptor's number is soon another connection's: it is closed when the last call with it has returned, whoever aborts.
    private bool TryEnter()
    {
        Interlocked.Increment(ref _users);
        if (Volatile.Read(ref _closed) == 0) return true;

        Leave();
        return false;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) != 0) return;

        _loop.Forget(this);
        _socket.Dispose();
    }

    private async ValueTask<SocketError> ConnectedAsync()
    {
        if (!await Sending.WaitAsync().ConfigureAwait(false)) return SocketError.OperationAborted;

        try
        {
            return (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    // The framework does not know that a socket is connected which it did not connect.
    private EndPoint? ReadLocalEndPoint()
    {
        if (RemoteEndPoint is not { } remote || !TryEnter()) return null;

        var address = new SocketAddress(remote.AddressFamily, 128);
        int length = EpollCalls.LocalAddress(_descriptor, address.Buffer.Span);
        Leave();
        if (length <= 0) return null;

        address.Size = length;
        return remote.Create(address);
    }

    private void ResetOnClose()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // A Unix socket, or one that is gone already.
        }
    }

    private void Shutdown(SocketShutdown how)
    {
        if (!TryEnter()) return;

        try
        {
            _socket.Shutdown(how);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The connection is gone already, which is what the caller wanted.
        }

        Leave();
    }

    private static SocketError ErrorOf(int number) => number switch
    {
        111 => SocketError.ConnectionRefused,
        110 => SocketError.TimedOut,
        101 => SocketError.NetworkUnreachable,
        113 => SocketError.HostUnreachable,
        99 => SocketError.AddressNotAvailable,
        24 => SocketError.TooManyOpenSockets,
        13 => SocketError.AccessDenied,
        _ => SocketError.SocketError,
    };
}
