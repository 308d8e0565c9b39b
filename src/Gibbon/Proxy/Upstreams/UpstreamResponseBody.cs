using System.Runtime.CompilerServices;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Upstreams;

/// <summary>The body of the response to one call. Pieces are parts of the connection's own buffer.</summary>
internal sealed class UpstreamResponseBody : MessageBody
{
    private const int LargeRead = 32 * 1024;

    private readonly ChunkedDecoder _decoder = new();
    private UpstreamConnection? _connection;
    private MessageFraming _framing;
    private ProxyError _error;
    private long _length;
    private long _remaining;
    private long _read;
    private int _held;
    private int _timeout;
    private bool _complete = true;

    public override long Length => _length;

    public override bool IsComplete => _complete;

    public override long BytesRead => _read;

    public override ProxyError Error => _error;

    public override HeaderTable? Trailers => _complete && _framing == MessageFraming.Chunked ? _decoder.Trailers : null;

    /// <summary>True when the end was told by framing, not by the connection's end.</summary>
    public bool IsDelimited => _framing != MessageFraming.UntilClose;

    /// <summary>Bytes taken from the connection, framing included.</summary>
    public long RawBytes { get; private set; }

    public void Begin(UpstreamConnection connection, MessageFraming framing, long length, int timeout)
    {
        _connection = connection;
        _framing = framing == MessageFraming.ContentLength && length == 0 ? MessageFraming.None : framing;
        _length = _framing switch { MessageFraming.None => 0, MessageFraming.ContentLength => length, _ => -1 };
        _remaining = Math.Max(0, _length);
        _complete = _framing == MessageFraming.None;
        _timeout = timeout;
        _error = default;
        _read = RawBytes = 0;
        _held = 0;
        if (_framing == MessageFraming.Chunked) _decoder.Reset();
    }

    /// <summary>Gives up whatever the last read handed out, and the connection.</summary>
    public void End()
    {
        Release();
        _connection = null;
        if (!_complete && _error.IsNone) _error = new ProxyError(ProxyErrorKind.Aborted, ErrorSource.Gateway);
    }

    public override ValueTask<BodyRead> ReadAsync()
    {
        Release();
        if (_complete) return new(new BodyRead(default, BodyState.Last));
        if (!_error.IsNone) return new(Failure);

        return TryTake(out var read) ? new(read) : WaitAsync();
    }

    private static BodyRead Failure => new(default, BodyState.Failed);

    private void Release()
    {
        if (_held == 0) return;

        _connection!.Input.Consume(_held);
        _held = 0;
    }

    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    private async ValueTask<BodyRead> WaitAsync()
    {
        var connection = _connection!;
        BodyRead read;
        while (!TryTake(out read))
        {
            var room = _framing != MessageFraming.ContentLength || _remaining > 2048 ? LargeRead : 2048;
            var count = await connection.ReceiveAsync(room, _timeout).ConfigureAwait(false);
            if (count > 0) continue;
            if (count == 0 && _framing == MessageFraming.UntilClose && !connection.TimedOut)
            {
                _complete = true;
                return new BodyRead(default, BodyState.Last);
            }

            return Fail(connection.TimedOut ? ProxyErrorKind.ReadTimeout : ProxyErrorKind.TruncatedResponse);
        }

        return read;
    }

    private BodyRead Fail(ProxyErrorKind kind)
    {
        _error = new ProxyError(kind);
        return Failure;
    }

    // False: more bytes are needed first.
    private bool TryTake(out BodyRead read)
    {
        var available = _connection!.Input.Memory;
        if (_framing == MessageFraming.Chunked) return TryDecode(available, out read);

        read = default;
        if (available.IsEmpty) return false;

        var count = _framing == MessageFraming.UntilClose ? available.Length : (int)Math.Min(available.Length, _remaining);
        Hold(count);
        _read += count;
        if (_framing == MessageFraming.ContentLength)
        {
            _remaining -= count;
            _complete = _remaining == 0;
        }

        read = new BodyRead(available[..count], _complete ? BodyState.Last : BodyState.More);
        return true;
    }

    private bool TryDecode(Memory<byte> available, out BodyRead read)
    {
        var outcome = _decoder.Decode(available.Span, out var consumed, out var produced);
        Hold(consumed);
        _read += produced;
        if (outcome == ChunkedOutcome.Malformed && produced == 0)
        {
            read = Fail(ProxyErrorKind.TruncatedResponse);
            return true;
        }

        // What came before the fault is passed on; the next read meets the fault again and fails.
        _complete = outcome == ChunkedOutcome.Done;
        read = new BodyRead(available[..produced], _complete ? BodyState.Last : BodyState.More);
        if (produced > 0 || _complete) return true;

        Release();
        return false;
    }

    private void Hold(int count)
    {
        _held = count;
        RawBytes += count;
    }
}
