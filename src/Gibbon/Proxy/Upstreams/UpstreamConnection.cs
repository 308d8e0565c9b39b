using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Gibbon.Proxy.Transports.Epoll;

namespace Gibbon.Proxy.Upstreams;

/// <summary>
/// One connection to an upstream. While it is kept idle a receive is pending on it, which both notices that the upstream closed it and
/// is the receive of the next response.
/// </summary>
internal sealed class UpstreamConnection(UpstreamOrigin origin) : Watched(Watchdog.Shared)
{
    private const int SmallBuffer = 4096;

    private readonly PendingReceive _pending = new();
    private Transport? _transport;
    private Socket? _connecting;
    private int _receiveTimeout;
    private bool _sending;

    public UpstreamOrigin Origin { get; } = origin;

    public Transport Transport => _transport!;

    public ReceiveBuffer Input { get; } = new(SmallBuffer);

    /// <summary>Requests sent over it.</summary>
    public int Requests { get; set; }

    /// <summary>When it became idle, on <see cref="Watchdog.Now"/>'s clock.</summary>
    public long IdleSince { get; private set; }

    /// <summary>True when the last wait ended because it took too long.</summary>
    public bool TimedOut { get; private set; }

    /// <summary>True when an idle connection has been closed by the upstream, or has said something nobody asked for.</summary>
    public bool IsStale => _pending.IsCompleted;

    /// <summary>Connects, and starts TLS where the origin wants it.</summary>
    /// <param name="timeout">Milliseconds, for each of the two.</param>
    /// <param name="preface">What is sent before anything else, TLS included.</param>
    public async ValueTask<ProxyError> ConnectAsync(int timeout, ReadOnlyMemory<byte> preface = default)
    {
        var endPoint = Origin.EndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var outcome = await ConnectAsync(socket, endPoint, timeout).ConfigureAwait(false);
        if (outcome != SocketError.Success)
        {
            Abort();
            return ConnectError(outcome);
        }

        if (Origin.Handshake is null)
        {
            _transport ??= new SocketTransport(socket);
            return preface.IsEmpty || await _transport.SendAsync(preface).ConfigureAwait(false) ? default : ConnectError(SocketError.ConnectionReset);
        }

        if (!preface.IsEmpty && !await TrySendAsync(socket, preface).ConfigureAwait(false))
        {
            socket.Dispose();
            return ConnectError(SocketError.ConnectionReset);
        }

        Wait(timeout);
        var (transport, error) = await Origin.Handshake.PerformAsync(socket).ConfigureAwait(false);
        EndWait();
        _transport = transport;
        return transport is null && TimedOut ? error with { Kind = ProxyErrorKind.TlsHandshakeTimeout } : error;
    }

    /// <summary>Receives behind the unused input within <paramref name="timeout"/>; the count as <see cref="Transport.ReceiveAsync"/> tells it.</summary>
    public ValueTask<int> ReceiveAsync(int room, int timeout)
    {
        var receive = _pending.IsActive ? _pending.TakeAsync() : _transport!.ReceiveAsync(Input.Room(room));
        if (!receive.IsCompletedSuccessfully) return WaitAsync(this, receive, timeout);

        var count = receive.Result;
        if (count > 0) Input.Fill(count);
        return new(count);

        [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
        static async ValueTask<int> WaitAsync(UpstreamConnection connection, ValueTask<int> receive, int timeout)
        {
            connection._receiveTimeout = timeout;
            Interlocked.MemoryBarrier();
            if (!connection._sending) connection.Wait(timeout);
            var count = await receive.ConfigureAwait(false);
            connection._receiveTimeout = 0;
            if (!connection._sending) connection.EndWait();
            if (count > 0) connection.Input.Fill(count);
            return count;
        }
    }

    /// <summary>Sends within <paramref name="timeout"/>.</summary>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second, int timeout)
    {
        var send = second.IsEmpty ? _transport!.SendAsync(first) : _transport!.SendAsync(first, second);
        return send.IsCompletedSuccessfully ? send : WaitAsync(this, send, timeout);

        [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
        static async ValueTask<bool> WaitAsync(UpstreamConnection connection, ValueTask<bool> send, int timeout)
        {
            connection.Wait(timeout);
            var sent = await send.ConfigureAwait(false);
            connection.EndWait();
            return sent;
        }
    }

    /// <summary>A request is being sent: until it is, the upstream need not answer.</summary>
    public void RequestBegins() => _sending = true;

    /// <summary>The request is sent, well or not: from now on the time until the response counts.</summary>
    public void RequestSent()
    {
        _sending = false;
        Interlocked.MemoryBarrier();
        if (_receiveTimeout > 0) Wait(_receiveTimeout);
    }

    /// <summary>Begins to wait for the next response, or for the upstream's end.</summary>
    public void BecomeIdle()
    {
        IdleSince = Watchdog.Now;
        Input.Shrink();
        _pending.Start(_transport!, Input.Room(SmallBuffer / 2));
    }

    /// <summary>Breaks everything off, from any thread.</summary>
    public void Abort()
    {
        if (Volatile.Read(ref _transport) is { } transport) transport.Abort();
        else Volatile.Read(ref _connecting)?.Dispose();
    }

    /// <summary>Takes the transport for a tunnel; what is left of the connection is of no more use.</summary>
    public Transport TakeTransport()
    {
        EndWait();
        return _transport!;
    }

    /// <summary>Ends the connection.</summary>
    public void Close()
    {
        EndWait();
        if (_transport is null)
        {
            _connecting?.Dispose();
            return;
        }

        _ = CloseInOrderAsync(_transport);
    }

    protected override void OnExpired()
    {
        TimedOut = true;
        Abort();
    }

    // What will speak TLS stays with the framework, whose streams want a socket of their own kind.
    private async ValueTask<SocketError> ConnectAsync(Socket socket, EndPoint endPoint, int timeout)
    {
        _connecting = socket;
        Wait(timeout);
        SocketError outcome;
        if (Origin.Handshake is null && EpollTransport.IsSupported)
        {
            var connecting = EpollTransport.ConnectAsync(socket, endPoint, out var transport);
            _transport = transport;
            outcome = await connecting.ConfigureAwait(false);
        }
        else
        {
            using var connect = new SocketConnect();
            outcome = await connect.StartAsync(socket, endPoint).ConfigureAwait(false);
        }

        EndWait();
        return outcome;
    }

    private static async ValueTask<bool> TrySendAsync(Socket socket, ReadOnlyMemory<byte> data)
    {
        try
        {
            return await socket.SendAsync(data).ConfigureAwait(false) == data.Length;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task CloseInOrderAsync(Transport transport)
    {
        if (_pending.IsActive)
        {
            // A socket that is closed while it waits for bytes resets its connection, and services complain of it in their logs.
            transport.CancelReceive();
            await _pending.TakeAsync().ConfigureAwait(false);
        }

        await transport.CloseAsync().ConfigureAwait(false);
        Input.Release();
    }

    private void Wait(int timeout)
    {
        TimedOut = false;
        SetDeadline(timeout);
    }

    private void EndWait() => ClearDeadline();

    private ProxyError ConnectError(SocketError outcome) => outcome switch
    {
        _ when TimedOut => new(ProxyErrorKind.ConnectTimeout, ErrorSource.Upstream, RetryAdvice.Yes, "Connection timed out"),
        SocketError.ConnectionRefused => new(ProxyErrorKind.ConnectRefused, ErrorSource.Upstream, RetryAdvice.Yes, "Connection refused"),
        SocketError.TimedOut => new(ProxyErrorKind.ConnectTimeout, ErrorSource.Upstream, RetryAdvice.Yes, "Connection timed out"),
        _ => new(ProxyErrorKind.ConnectFailed, ErrorSource.Upstream, RetryAdvice.Yes, outcome.ToString()),
    };
}
