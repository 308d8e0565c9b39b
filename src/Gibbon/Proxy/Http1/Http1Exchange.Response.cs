using System.Runtime.CompilerServices;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Http1;

/// <content>What answers the request.</content>
internal sealed partial class Http1Exchange
{
    // Responses up to this size leave in one send together with their head.
    private const int OutputSize = 8 * 1024;

    // How much of an over-long head is read and dropped.
    private const long DropAllowance = 1024 * 1024;

    private readonly SendBuffer _output = new(OutputSize);
    private MessageFraming _framing;
    private long _remaining;
    private long _bytesSent;
    private long _bodyBytesSent;
    private long _dropped;
    private bool _hasStarted;
    private bool _isComplete;
    private bool _isAborted;
    private bool _keepAlive;

    public override long BytesSent => _bytesSent;

    public override long BodyBytesSent => _bodyBytesSent;

    public override bool HasStarted => _hasStarted;

    public override async ValueTask<bool> SendInterimAsync(ResponseHead head)
    {
        if (_hasStarted || _isAborted || Request.Version == HttpVersion.Http10) return !_isAborted;

        ResponseHeadWriter.WriteInterim(_output, head);
        return await FlushAsync().ConfigureAwait(false);
    }

    public override void WriteHead(ResponseHead head)
    {
        if (_hasStarted) ThrowAlreadyStarted();

        _hasStarted = true;
        var status = head.Status;
        if (status == 101)
        {
            _framing = MessageFraming.UntilClose;
            _keepAlive = false;
            ResponseHeadWriter.Write(_output, head, -1, chunked: false, "upgrade"u8);
            return;
        }

        var length = head.Framing switch
        {
            MessageFraming.ContentLength => head.ContentLength,
            MessageFraming.None => Math.Max(0, head.ContentLength),
            _ => -1,
        };
        var withoutBody = Request.Method == RequestMethod.Head || status is 204 or 304;
        _framing = withoutBody ? MessageFraming.None
            : length >= 0 ? MessageFraming.ContentLength
            : Request.Version == HttpVersion.Http11 ? MessageFraming.Chunked
            : MessageFraming.UntilClose;
        if (withoutBody) length = status == 204 || (head.Framing == MessageFraming.None && head.ContentLength < 0) ? -1 : length;
        _remaining = _framing == MessageFraming.ContentLength ? length : 0;

        // A client that waits for "100 Continue" may send the body or not: there is no telling where its next request begins.
        _keepAlive = Request.KeepAlive && !CloseAfterwards && !_connection.IsLast && _framing != MessageFraming.UntilClose
            && !(_owesContinue && !_body.IsComplete) && _body.Error.IsNone;
        ResponseHeadWriter.Write(
            _output, head, length, _framing == MessageFraming.Chunked, _keepAlive ? "keep-alive"u8 : "close"u8);
    }

    public override ValueTask<bool> WriteBodyAsync(ReadOnlyMemory<byte> data)
    {
        if (!_hasStarted) ThrowNotStarted();
        if (data.IsEmpty || _framing == MessageFraming.None) return new(!_isAborted);

        if (_framing == MessageFraming.ContentLength)
        {
            if (data.Length > _remaining) data = data[..(int)_remaining];
            _remaining -= data.Length;
        }

        _bodyBytesSent += data.Length;
        var chunked = _framing == MessageFraming.Chunked;
        if (chunked) _output.AppendChunkSize(data.Length);
        if (data.Length + 2 <= _output.Room)
        {
            _output.Append(data.Span);
            if (chunked) _output.Append("\r\n"u8);
            return new(!_isAborted);
        }

        return SendLargeAsync(data, chunked);
    }

    public override ValueTask<bool> FlushAsync()
    {
        if (_isAborted) return new(false);
        if (_output.Length == 0) return new(true);

        _bytesSent += _output.Length;
        var send = _connection.SendAsync(_output.Memory);
        if (!send.IsCompletedSuccessfully) return WaitAsync(this, send);

        _output.Clear();
        return new(Sent(send.Result));

        [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
        static async ValueTask<bool> WaitAsync(Http1Exchange exchange, ValueTask<bool> send)
        {
            var sent = await send.ConfigureAwait(false);
            exchange._output.Clear();
            return exchange.Sent(sent);
        }
    }

    public override ValueTask<bool> CompleteAsync(HeaderTable? trailers = null)
    {
        if (!_hasStarted) ThrowNotStarted();
        if (_isComplete) return new(!_isAborted);

        _isComplete = true;
        if (_framing == MessageFraming.ContentLength && _remaining > 0) _keepAlive = false;
        if (_framing == MessageFraming.Chunked)
        {
            _output.Append("0\r\n"u8);
            if (trailers is not null)
            {
                foreach (var trailer in trailers) _output.AppendField(trailer.Name, trailer.Value);
            }

            _output.Append("\r\n"u8);
        }

        return FlushAsync();
    }

    public override void Abort()
    {
        if (_isComplete) return;

        _keepAlive = false;
        if (_output.Length > 0 && !_isAborted)
        {
            // The connection closes next; whether this leaves is as much as can be done.
            _bytesSent += _output.Length;
            var send = _connection.Transport.SendAsync(_output.Memory);
            if (!send.IsCompletedSuccessfully) _output.Abandon();
            _output.Clear();
        }

        _isAborted = true;
    }

    /// <summary>Settles the response after the handler; true when the connection can go on, given that the request's body is read.</summary>
    public async ValueTask<bool> FinishAsync()
    {
        if (!_isComplete) Abort();
        else if (_output.Length > 0) await FlushAsync().ConfigureAwait(false);

        return _keepAlive && !_isAborted && !IsDisconnected;
    }

    /// <summary>Drops input that nobody will read.</summary>
    public void DropInput()
    {
        _body.Release();
        _dropped += _connection.Input.Length;
        _connection.Input.Consume(_connection.Input.Length);
    }

    public void Release() => _output.Release();

    private static void ThrowAlreadyStarted() => throw new InvalidOperationException("The response has started already.");

    private static void ThrowNotStarted() => throw new InvalidOperationException("The response has no head yet.");

    private void BeginResponse()
    {
        _framing = MessageFraming.None;
        _remaining = _bytesSent = _bodyBytesSent = _dropped = 0;
        _hasStarted = _isComplete = _isAborted = _keepAlive = false;
        _output.Clear();
    }

    private bool Sent(bool sent)
    {
        if (!sent)
        {
            _isAborted = true;
            _keepAlive = false;
            Volatile.Write(ref _disconnected, 1);
            Notify();
        }

        return sent;
    }

    private ValueTask<bool> SendLargeAsync(ReadOnlyMemory<byte> data, bool chunked)
    {
        if (_isAborted) return new(false);

        _bytesSent += _output.Length + data.Length;
        var send = _connection.SendAsync(_output.Memory, data);
        if (!send.IsCompletedSuccessfully) return WaitAsync(this, send, chunked);

        return new(After(send.Result, chunked));

        [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
        static async ValueTask<bool> WaitAsync(Http1Exchange exchange, ValueTask<bool> send, bool chunked) =>
            exchange.After(await send.ConfigureAwait(false), chunked);
    }

    private bool After(bool sent, bool chunked)
    {
        _output.Clear();
        if (chunked) _output.Append("\r\n"u8);
        return Sent(sent);
    }
}
