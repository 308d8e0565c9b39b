using System.Net.Security;
using System.Net.Sockets;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary>A connection of <c>ngx.socket.tcp</c>. What is waited for comes with the reason when it did not come in time.</summary>
internal sealed class LuaSocket(Stream stream) : IDisposable
{
    private const int Piece = 8192;

    private Stream _stream = stream;
    private byte[] _buffer = [];
    private int _start;
    private int _end;

    /// <summary>How often the connection has been taken from a pool.</summary>
    public int Reused { get; set; }

    public bool IsTls => _stream is SslStream;

    /// <summary>Whether nothing lies in the buffer, so that somebody else may have the connection.</summary>
    public bool IsClean => _start == _end;

    public void Dispose() => _stream.Dispose();

    /// <summary>Goes on in TLS, with the authorities that the gateway trusts.</summary>
    public async ValueTask<string?> HandshakeAsync(ISockets sockets, SocketTls tls, TimeSpan timeout, TimeProvider time)
    {
        using CancellationTokenSource patience = Patience(timeout, time);
        try
        {
            Result<Stream> secured = await sockets.SecureAsync(_stream, tls, patience.Token).ConfigureAwait(false);
            if (!secured.IsOk)
            {
                return secured.Error;
            }

            _stream = secured.Value;
            return null;
        }
        catch (OperationCanceledException)
        {
            return "timeout";
        }
    }

    public async ValueTask<string?> SendAsync(ReadOnlyMemory<byte> bytes, TimeSpan timeout, TimeProvider time)
    {
        using CancellationTokenSource patience = Patience(timeout, time);
        try
        {
            await _stream.WriteAsync(bytes, patience.Token).ConfigureAwait(false);
            await _stream.FlushAsync(patience.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure) when (Reason(failure) is not null)
        {
            return Reason(failure);
        }
    }

    /// <summary>Receives until <paramref name="measure"/> finds an end in what has come.</summary>
    /// <param name="measure">Gets what has come; returns how many bytes belong to the result, or -1.</param>
    /// <param name="endsWithConnection">Whether the end of the connection is an end as well.</param>
    /// <param name="timeout">How long each piece may take.</param>
    /// <param name="time">The clock.</param>
    public async ValueTask<LuaReceived> ReceiveAsync(Func<ReadOnlyMemory<byte>, int> measure, bool endsWithConnection, TimeSpan timeout, TimeProvider time)
    {
        while (true)
        {
            int length = measure(_buffer.AsMemory(_start, _end - _start));
            if (length >= 0)
            {
                return new LuaReceived(Take(length), null);
            }

            string? error = await FillAsync(timeout, time).ConfigureAwait(false);
            if (error == "closed" && endsWithConnection)
            {
                return new LuaReceived(Take(_end - _start), null);
            }

            if (error is not null)
            {
                return new LuaReceived(Take(_end - _start), error);
            }
        }
    }

    private async ValueTask<string?> FillAsync(TimeSpan timeout, TimeProvider time)
    {
        if (_buffer.Length - _end < Piece)
        {
            byte[] next = new byte[Math.Max(2 * Piece, 2 * (_end - _start + Piece))];
            _buffer.AsSpan(_start, _end - _start).CopyTo(next);
            _end -= _start;
            _start = 0;
            _buffer = next;
        }

        using CancellationTokenSource patience = Patience(timeout, time);
        try
        {
            int read = await _stream.ReadAsync(_buffer.AsMemory(_end), patience.Token).ConfigureAwait(false);
            _end += read;
            return read == 0 ? "closed" : null;
        }
        catch (Exception failure) when (Reason(failure) is not null)
        {
            return Reason(failure);
        }
    }

    private byte[] Take(int length)
    {
        byte[] taken = _buffer.AsSpan(_start, length).ToArray();
        _start += length;
        if (_start == _end)
        {
            _start = _end = 0;
        }

        return taken;
    }

    private static CancellationTokenSource Patience(TimeSpan timeout, TimeProvider time) => new(timeout, time);

    private static string? Reason(Exception failure) => failure switch
    {
        OperationCanceledException => "timeout",
        IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset } } => "connection reset by peer",
        IOException { InnerException: SocketException { SocketErrorCode: SocketError.Shutdown } } => "broken pipe",
        IOException or ObjectDisposedException => "closed",
        _ => null,
    };
}

/// <summary>What was received: all of it, or a part and why no more came.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="Error">The reason, or null.</param>
internal readonly record struct LuaReceived(byte[] Bytes, string? Error);
