using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Gibbon.Pdk;

namespace Gibbon.Clustering.Wire;

/// <summary>
/// One side of a WebSocket (RFC 6455) after its handshake. The framework's own does not tell what a ping says, and to Kong's nodes that is the point of it.
/// </summary>
/// <param name="stream">The connection.</param>
/// <param name="reader">What has been read of it beyond the handshake.</param>
/// <param name="isClient">Whether this side connected: it masks what it sends, the other side does not.</param>
/// <param name="longest">The most bytes that a message may have, in either direction.</param>
internal sealed class WebSocketConnection(Stream stream, WireReader reader, bool isClient, long longest) : IAsyncDisposable
{
    private const int LongestControl = 125;
    private const int Short = 16 * 1024;
    private const int LongestHead = 14;
    private const byte Final = 0x80;
    private const byte Masked = 0x80;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Patience _patience = new();
    private readonly byte[] _head = new byte[LongestHead];
    private readonly byte[] _mask = new byte[4];

    // A message whose end is still to come; what comes between its pieces is given out meanwhile.
    private readonly MemoryStream _pieces = new();
    private WebSocketOpcode? _begun;

    /// <summary>The next message, put together when it came in pieces, or what came between them.</summary>
    /// <param name="silence">How long nothing may come.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The message, or why there will be no more; after that the connection is of no use.</returns>
    public async ValueTask<Result<WebSocketMessage>> ReceiveAsync(TimeSpan silence, CancellationToken cancellation)
    {
        while (true)
        {
            Result<(WebSocketMessage Frame, bool IsFinal)> received = await ReadFrameAsync(_pieces.Length, silence, cancellation).ConfigureAwait(false);
            if (!received.IsOk)
            {
                return Failure(received.Error);
            }

            (WebSocketMessage frame, bool isFinal) = received.Value;
            if (frame.Opcode >= WebSocketOpcode.Close)
            {
                return frame;
            }

            if (_begun is null == (frame.Opcode == WebSocketOpcode.Continuation))
            {
                return Failure("unexpected continuation frame");
            }

            if (isFinal && _begun is null)
            {
                return frame;
            }

            _begun ??= frame.Opcode;
            _pieces.Write(frame.Payload);
            if (isFinal)
            {
                WebSocketMessage whole = new(_begun.Value, _pieces.ToArray());
                _begun = null;
                _pieces.SetLength(0);
                _pieces.Capacity = 0;
                return whole;
            }
        }
    }

    /// <summary>Sends a message in one frame.</summary>
    /// <returns>Why it could not be sent: <c>timeout</c> when the other side does not take it for too long.</returns>
    public ValueTask<Result> SendAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, TimeSpan patience, CancellationToken cancellation) =>
        SendPiecesAsync(opcode, [payload], patience, cancellation);

    /// <summary>Sends a message in one frame, of which pieces may be in other messages too: they are not copied unless this side masks.</summary>
    /// <returns>Why it could not be sent.</returns>
    public async ValueTask<Result> SendPiecesAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte>[] pieces, TimeSpan patience, CancellationToken cancellation)
    {
        long length = 0;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            length += piece.Length;
        }

        if (length > longest)
        {
            return Result.Failure("failed to build frame: payload too big");
        }

        try
        {
            if (!_sending.Wait(0, cancellation) && !await _sending.WaitAsync(patience, cancellation).ConfigureAwait(false))
            {
                return Result.Failure("failed to send frame: timeout");
            }

            try
            {
                CancellationToken ending = _patience.Begin(patience, cancellation);
                bool isOne = isClient || length <= Short;
                await WriteAsync(opcode, (int)length, pieces, isOne, ending).ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> piece in isOne ? [] : pieces)
                {
                    await stream.WriteAsync(piece, ending).ConfigureAwait(false);
                }

                await stream.FlushAsync(ending).ConfigureAwait(false);
                return Result.Ok;
            }
            finally
            {
                _patience.End();
                _sending.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Result.Failure("failed to send frame: timeout");
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return Result.Failure("failed to send frame: closed");
        }
    }

    /// <summary>Says goodbye: a close frame without a code, as Kong's nodes do.</summary>
    public async ValueTask CloseAsync(TimeSpan patience)
    {
        await SendAsync(WebSocketOpcode.Close, default, patience, CancellationToken.None).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        await _pieces.DisposeAsync().ConfigureAwait(false);
        reader.Close();
        _patience.Dispose();
        _sending.Dispose();
    }

    private async ValueTask<Result<(WebSocketMessage Frame, bool IsFinal)>> ReadFrameAsync(long before, TimeSpan silence, CancellationToken cancellation)
    {
        if (await reader.ReadAsync(_head.AsMemory(0, 2), silence, cancellation).ConfigureAwait(false) is { } ended)
        {
            return Broken("failed to receive the first 2 bytes: " + ended);
        }

        bool isFinal = (_head[0] & Final) != 0;
        var opcode = (WebSocketOpcode)(_head[0] & 0x0f);
        bool isMasked = (_head[1] & Masked) != 0;
        long length = _head[1] & 0x7f;
        if ((_head[0] & 0x70) != 0)
        {
            return Broken("bad RSV1, RSV2, or RSV3 bits");
        }

        if (!Enum.IsDefined(opcode))
        {
            return Broken(opcode >= WebSocketOpcode.Close ? "reserved control frames" : "reserved non-control frames");
        }

        if (opcode >= WebSocketOpcode.Close && (length > LongestControl || !isFinal))
        {
            return Broken(isFinal ? "too long payload for control frames" : "fragmented control frame");
        }

        if (!isClient && !isMasked)
        {
            return Broken("frame unmasked");
        }

        int more = length == 127 ? 8 : length == 126 ? 2 : 0;
        if (await reader.ReadAsync(_head.AsMemory(2, more), silence, cancellation).ConfigureAwait(false) is { } lengthEnded)
        {
            return Broken($"failed to receive the {more} byte payload length: {lengthEnded}");
        }

        length = more == 8 ? (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(_head.AsSpan(2)), long.MaxValue)
            : more == 2 ? BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(2)) : length;
        if (length > longest - before)
        {
            return Broken("exceeding max payload len");
        }

        if (isMasked && await reader.ReadAsync(_mask, silence, cancellation).ConfigureAwait(false) is { } maskEnded)
        {
            return Broken("failed to receive masking bytes: " + maskEnded);
        }

        byte[] payload = length == 0 ? [] : new byte[length];
        if (await reader.ReadAsync(payload, silence, cancellation).ConfigureAwait(false) is { } payloadEnded)
        {
            return Broken("failed to read masking-len and payload: " + payloadEnded);
        }

        if (isMasked)
        {
            Mask(payload, _mask);
        }

        return (new WebSocketMessage(opcode, payload), isFinal);
    }

    // The head, and with it the payload that has to be copied anyway, since a client masks it, or that is so short that copying costs less than another record of TLS.
    private async ValueTask WriteAsync(WebSocketOpcode opcode, int length, ReadOnlyMemory<byte>[] pieces, bool isOne, CancellationToken ending)
    {
        byte[] frame = ArrayPool<byte>.Shared.Rent(LongestHead + (isOne ? length : 0));
        try
        {
            await stream.WriteAsync(frame.AsMemory(0, Compose(frame, opcode, length, isOne ? pieces : [])), ending).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    // Returns how long the frame is.
    private int Compose(Span<byte> frame, WebSocketOpcode opcode, int length, ReadOnlyMemory<byte>[] pieces)
    {
        int more = length > ushort.MaxValue ? 8 : length > LongestControl ? 2 : 0;
        frame[0] = (byte)(Final | (int)opcode);
        frame[1] = (byte)((isClient ? Masked : 0) | (more == 8 ? 127 : more == 2 ? 126 : length));
        if (more == 8)
        {
            BinaryPrimitives.WriteUInt64BigEndian(frame[2..], (ulong)length);
        }
        else if (more == 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)length);
        }

        int start = 2 + more + (isClient ? 4 : 0);
        int end = start;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            piece.Span.CopyTo(frame[end..]);
            end += piece.Length;
        }

        if (isClient)
        {
            Span<byte> mask = frame.Slice(2 + more, 4);
            RandomNumberGenerator.Fill(mask);
            Mask(frame[start..end], mask);
        }

        return end;
    }

    private static void Mask(Span<byte> payload, ReadOnlySpan<byte> mask)
    {
        for (int place = 0; place < payload.Length; place++)
        {
            payload[place] ^= mask[place & 3];
        }
    }

    private static Result<WebSocketMessage> Failure(string error) => Result.Failure<WebSocketMessage>(error);

    private static Result<(WebSocketMessage Frame, bool IsFinal)> Broken(string error) => Result.Failure<(WebSocketMessage, bool)>(error);
}
