using System.Runtime.CompilerServices;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Http1;

/// <summary>The body of the request that a connection is busy with. Pieces are parts of the connection's own buffer.</summary>
internal sealed class Http1RequestBody(Http1Connection connection) : MessageBody
{
    // One read of a long body takes this much; short ones stay in the small buffer.
    private const int LargeRead = 32 * 1024;

    private readonly ChunkedDecoder _decoder = new();
    private MessageFraming _framing;
    private long _remaining;
    private long _length;
    private long _limit;
    private long _read;
    private int _held;
    private bool _complete;
    private ProxyError _error;
    private TaskCompletionSource? _readerGone;

    public override long Length => _length;

    public override bool IsComplete => _complete;

    public override long BytesRead => _read;

    public override ProxyError Error => _error;

    public override HeaderTable? Trailers => _complete && _framing == MessageFraming.Chunked ? _decoder.Trailers : null;

    /// <summary>Bytes taken from the connection, framing included.</summary>
    public long RawBytes { get; private set; }

    /// <summary>True while a read waits for the client.</summary>
    public bool IsReading { get; private set; }

    /// <summary>Waits until a read that somebody left behind has ended.</summary>
    public async ValueTask<bool> ReaderGoneAsync(int timeout)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _readerGone, gone);
        Interlocked.MemoryBarrier();
        if (!IsReading) return true;

        await Task.WhenAny(gone.Task, Task.Delay(timeout)).ConfigureAwait(false);
        return gone.Task.IsCompleted;
    }

    public void Begin(RequestHead head, long limit)
    {
        _framing = head.Framing;
        _length = head.ContentLength;
        _remaining = _framing == MessageFraming.ContentLength ? head.ContentLength : 0;
        _complete = _framing == MessageFraming.None;
        _limit = limit;
        _read = 0;
        _held = 0;
        RawBytes = 0;
        _error = default;
        _readerGone = null;
        if (_framing == MessageFraming.Chunked) _decoder.Reset();
    }

    /// <summary>Gives up whatever the last read handed out.</summary>
    public void Release()
    {
        if (_held == 0) return;

        connection.Input.Consume(_held);
        _held = 0;
    }

    public override ValueTask<BodyRead> ReadAsync()
    {
        Release();
        if (_complete) return new(new BodyRead(default, BodyState.Last));
        if (!_error.IsNone) return new(Failure);

        return connection.OwesContinue || !TryTake(out var read) ? WaitAsync() : new(read);
    }

    private static BodyRead Failure => new(default, BodyState.Failed);

    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    private async ValueTask<BodyRead> WaitAsync()
    {
        if (connection.OwesContinue && !await connection.SendContinueAsync().ConfigureAwait(false))
        {
            return Fail(ProxyErrorKind.ClientDisconnected);
        }

        BodyRead read;
        while (!TryTake(out read))
        {
            IsReading = true;
            var count = await connection.ReceiveBodyAsync(_remaining > LargeRead ? LargeRead : 1024).ConfigureAwait(false);
            IsReading = false;
            Volatile.Read(ref _readerGone)?.TrySetResult();
            if (count <= 0) return Fail(connection.TimedOut ? ProxyErrorKind.ClientBodyTimeout : ProxyErrorKind.ClientDisconnected);
        }

        return read;
    }

    private BodyRead Fail(ProxyErrorKind kind)
    {
        _error = new ProxyError(kind, ErrorSource.Client);
        return Failure;
    }

    // False: more bytes are needed first.
    private bool TryTake(out BodyRead read)
    {
        var available = connection.Input.Memory;
        if (_framing == MessageFraming.Chunked) return TryDecode(available, out read);

        read = default;
        if (available.IsEmpty) return false;

        var count = (int)Math.Min(available.Length, _remaining);
        Hold(count);
        _remaining -= count;
        _read += count;
        read = Piece(available[..count], _remaining == 0);
        return true;
    }

    private bool TryDecode(Memory<byte> available, out BodyRead read)
    {
        var outcome = _decoder.Decode(available.Span, out var consumed, out var produced);
        Hold(consumed);
        _read += produced;
        if (outcome == ChunkedOutcome.Malformed)
        {
            read = Fail(ProxyErrorKind.MalformedRequestBody);
            return true;
        }

        if (_limit > 0 && _read > _limit)
        {
            read = Fail(ProxyErrorKind.RequestBodyTooLarge);
            return true;
        }

        read = default;
        if (produced == 0 && outcome == ChunkedOutcome.More)
        {
            Release();
            return false;
        }

        read = Piece(available[..produced], outcome == ChunkedOutcome.Done);
        return true;
    }

    private void Hold(int count)
    {
        _held = count;
        RawBytes += count;
    }

    private BodyRead Piece(ReadOnlyMemory<byte> data, bool last)
    {
        if (!last) return new BodyRead(data, BodyState.More);

        _complete = true;
        connection.WatchClient(_held);
        return new BodyRead(data, BodyState.Last);
    }
}
