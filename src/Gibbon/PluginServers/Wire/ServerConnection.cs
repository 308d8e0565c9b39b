using System.Buffers.Binary;
using System.Net.Sockets;

namespace Gibbon.PluginServers.Wire;

/// <summary>A connection to a plugin server, on which one thing is asked at a time.</summary>
internal sealed class ServerConnection : IDisposable
{
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int TryAgain = 11;
    private const int FirstSize = 4096;

    // What a server sends is as long as it says; more than this is a server that has lost its way.
    private const int Longest = 512 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Socket _socket;
    private CancellationTokenSource _timeout = new();
    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;

    private ServerConnection(Socket socket)
    {
        _socket = socket;
        Process = PeerOf(socket);
    }

    /// <summary>The process that listens; 0 where the system does not say.</summary>
    public int Process { get; }

    /// <summary>When it was last used, for the pool.</summary>
    public long UsedAt { get; set; }

    /// <summary>What has been received and not been taken.</summary>
    public ReadOnlyMemory<byte> Received => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Whether it is as it was left: open, with nothing received.</summary>
    public bool IsIdle
    {
        get
        {
            try
            {
                return _start == _end && !_socket.Poll(0, SelectMode.SelectRead);
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }

    public static async ValueTask<ServerConnection> OpenAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            using var timeout = new CancellationTokenSource(Patience);
            var end = new UnixDomainSocketEndPoint(path);
            while (!await TryConnectAsync(socket, end, timeout.Token).ConfigureAwait(false))
            {
                await Task.Delay(Pause, timeout.Token).ConfigureAwait(false);
            }

            return new ServerConnection(socket);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            throw failure is ArgumentOutOfRangeException ? new ServerException($"{path}: the path is too long for a socket", failure) : Translate(failure);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, Timeout()).ConfigureAwait(false)..];
            }
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            throw Translate(failure);
        }
    }

    /// <summary>Waits for more of what the server sends.</summary>
    public async ValueTask ReceiveAsync()
    {
        MakeRoom(1);
        try
        {
            int read = await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, Timeout()).ConfigureAwait(false);
            _end += read > 0 ? read : throw new ServerException("closed");
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            throw Translate(failure);
        }
    }

    /// <summary>Takes a number of bytes, which stay as they are until the next call of this or another method.</summary>
    public ReadOnlyMemory<byte> Take(int count)
    {
        ReadOnlyMemory<byte> taken = _buffer.AsMemory(_start, count);
        _start += count;
        return taken;
    }

    /// <summary>Takes what a length of four bytes, the least significant first, stands before.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> TakeFrameAsync()
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian((await TakeAsync(sizeof(uint)).ConfigureAwait(false)).Span);
        return length <= Longest ? await TakeAsync((int)length).ConfigureAwait(false) : throw new ServerException("a message is too long");
    }

    /// <summary>Forgets what has been taken, and keeps no more memory than it needs.</summary>
    public void Rest()
    {
        _start = _end = 0;
        if (_buffer.Length > 64 * 1024)
        {
            _buffer = new byte[FirstSize];
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _timeout.Dispose();
    }

    // A server that has not come to accept those who wait says "again" at once, instead of letting one more wait.
    private static async ValueTask<bool> TryConnectAsync(Socket socket, UnixDomainSocketEndPoint end, CancellationToken cancellation)
    {
        try
        {
            await socket.ConnectAsync(end, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (SocketException failure) when (failure.NativeErrorCode == TryAgain)
        {
            return false;
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> TakeAsync(int count)
    {
        MakeRoom(count - (_end - _start));
        while (_end - _start < count)
        {
            await ReceiveAsync().ConfigureAwait(false);
        }

        return Take(count);
    }

    private void MakeRoom(int more)
    {
        if (_end + more <= _buffer.Length)
        {
            return;
        }

        int held = _end - _start;
        if (held + more > Longest)
        {
            throw new ServerException("a message is too long");
        }

        byte[] next = held + more <= _buffer.Length / 2 ? _buffer : new byte[Math.Max(held + more, Math.Min(_buffer.Length * 2, Longest))];
        _buffer.AsSpan(_start, held).CopyTo(next);
        (_buffer, _start, _end) = (next, 0, held);
    }

    private CancellationToken Timeout()
    {
        if (!_timeout.TryReset())
        {
            _timeout.Dispose();
            _timeout = new CancellationTokenSource();
        }

        _timeout.CancelAfter(Patience);
        return _timeout.Token;
    }

    private static int PeerOf(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        return OperatingSystem.IsLinux() && socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) >= sizeof(int)
            ? BinaryPrimitives.ReadInt32LittleEndian(credentials)
            : 0;
    }

    private static ServerException Translate(Exception failure) => new(
        failure switch
        {
            OperationCanceledException => "timeout",
            ObjectDisposedException => "closed",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "no such file or directory",
            SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted } => "closed",
            SocketException { NativeErrorCode: 2 } => "no such file or directory",
            _ => failure.Message,
        },
        failure);
}
