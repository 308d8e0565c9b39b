using System.Runtime.CompilerServices;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Upstreams;

/// <summary>How far a request is.</summary>
internal enum SendOutcome : byte
{
    Pending,
    Sent,
    Failed,
    TimedOut,
}

/// <summary>
/// Sends one request, head and body. It may be left behind while it still waits for the client's body, when the upstream has answered
/// early; so all it needs is its own.
/// </summary>
internal sealed class RequestSender
{
    private readonly SendBuffer _output = new(4096);
    private UpstreamConnection? _connection;
    private MessageFraming _framing;
    private long _unsent;
    private int _timeout;

    public SendOutcome Outcome { get; private set; }

    /// <summary>Why the client's body could not be read to its end, if so.</summary>
    public ProxyError ClientError { get; private set; }

    public long BytesSent { get; private set; }

    /// <summary>Sends the request; <see cref="Outcome"/> tells how it went. Completes synchronously for all but large or late bodies.</summary>
    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    public async ValueTask<SendOutcome> SendAsync(UpstreamConnection connection, OutgoingRequest request, MessageBody body, int timeout)
    {
        _connection = connection;
        _framing = request.Framing;
        _unsent = request.ContentLength;
        _timeout = timeout;
        Outcome = SendOutcome.Pending;
        ClientError = default;
        BytesSent = 0;
        _output.Clear();
        connection.RequestBegins();
        RequestHeadWriter.Write(_output, request);

        var withoutBody = _framing == MessageFraming.None || (_framing == MessageFraming.ContentLength && _unsent == 0);
        var outcome = withoutBody ? await FlushAsync(default).ConfigureAwait(false) : await SendBodyAsync(body).ConfigureAwait(false);
        connection.RequestSent();
        return Outcome = outcome;
    }

    public void Reset()
    {
        _connection = null;
        _output.Release();
        BytesSent = 0;
    }

    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    private async ValueTask<SendOutcome> SendBodyAsync(MessageBody body)
    {
        while (true)
        {
            var next = body.ReadAsync();
            if (!next.IsCompletedSuccessfully && _output.Length > 0)
            {
                // The body is not there yet; the head need not wait for it. A broken connection shows again with the next piece.
                await FlushAsync(default).ConfigureAwait(false);
            }

            var read = await next.ConfigureAwait(false);
            _unsent -= read.Data.Length;
            if (read.State == BodyState.Failed || (_framing == MessageFraming.ContentLength && !Adds(read)))
            {
                ClientError = body.Error.IsNone ? new(ProxyErrorKind.MalformedRequestBody, ErrorSource.Client) : body.Error;
                _connection!.Abort();
                return SendOutcome.Failed;
            }

            var outcome = await SendPieceAsync(read, body).ConfigureAwait(false);
            if (outcome != SendOutcome.Sent || read.State == BodyState.Last) return outcome;
        }
    }

    private bool Adds(BodyRead read) => _unsent == 0 || (_unsent > 0 && read.State == BodyState.More);

    private ValueTask<SendOutcome> SendPieceAsync(BodyRead read, MessageBody body)
    {
        if (_framing != MessageFraming.Chunked)
        {
            return read.Data.IsEmpty && _output.Length == 0 ? new(SendOutcome.Sent) : FlushAsync(read.Data);
        }

        if (!read.Data.IsEmpty)
        {
            _output.AppendChunkSize(read.Data.Length);
            if (read.Data.Length > _output.Room) return SendLargeChunkAsync(read, body);

            _output.Append(read.Data.Span);
            _output.Append("\r\n"u8);
        }

        if (read.State == BodyState.Last) AppendLastChunk(body.Trailers);
        return _output.Length == 0 ? new(SendOutcome.Sent) : FlushAsync(default);
    }

    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    private async ValueTask<SendOutcome> SendLargeChunkAsync(BodyRead read, MessageBody body)
    {
        var outcome = await FlushAsync(read.Data).ConfigureAwait(false);
        _output.Append("\r\n"u8);
        if (outcome != SendOutcome.Sent || read.State != BodyState.Last) return outcome;

        AppendLastChunk(body.Trailers);
        return await FlushAsync(default).ConfigureAwait(false);
    }

    private void AppendLastChunk(HeaderTable? trailers)
    {
        _output.Append("0\r\n"u8);
        if (trailers is not null)
        {
            foreach (var trailer in trailers) _output.AppendField(trailer.Name, trailer.Value);
        }

        _output.Append("\r\n"u8);
    }

    private ValueTask<SendOutcome> FlushAsync(ReadOnlyMemory<byte> data)
    {
        BytesSent += _output.Length + data.Length;
        var send = _connection!.SendAsync(_output.Memory, data, _timeout);
        if (!send.IsCompletedSuccessfully) return WaitAsync(this, send);

        _output.Clear();
        return new(send.Result ? SendOutcome.Sent : SendOutcome.Failed);

        [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
        static async ValueTask<SendOutcome> WaitAsync(RequestSender sender, ValueTask<bool> send)
        {
            var sent = await send.ConfigureAwait(false);
            sender._output.Clear();
            return sent ? SendOutcome.Sent : sender._connection!.TimedOut ? SendOutcome.TimedOut : SendOutcome.Failed;
        }
    }
}
