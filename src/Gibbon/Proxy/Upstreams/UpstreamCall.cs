using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Upstreams;

/// <summary>
/// One attempt to have a request answered by an upstream. Kept and reused by its exchange: <see cref="SendAsync"/>, then read
/// <see cref="Response"/> and <see cref="ResponseBody"/>, then <see cref="Finish"/>, whatever happened.
/// </summary>
internal sealed partial class UpstreamCall(UpstreamPoolSettings settings)
{
    private const int MostInterimResponses = 16;

    private readonly UpstreamResponseBody _responseBody = new();
    private readonly ResponseHeadParser _parser = new(settings.ResponseHeadLimit);
    private RequestSender _sender = new();
    private Task? _sending;
    private UpstreamConnection? _connection;
    private UpstreamConnection? _abortable;
    private UpstreamTimeouts _timeouts;
    private volatile bool _aborted;

    public OutgoingRequest Request { get; } = new();

    /// <summary>The final response's head, once <see cref="SendAsync"/> has returned without error; stays readable after <see cref="Finish"/>.</summary>
    public ResponseHead Response { get; } = new();

    /// <summary>The response's body; pieces are valid until the next read.</summary>
    public MessageBody ResponseBody => _responseBody;

    /// <summary>True when the connection had been kept from an earlier request.</summary>
    public bool IsReused { get; private set; }

    public EndPoint? RemoteEndPoint { get; private set; }

    public EndPoint? LocalEndPoint { get; private set; }

    /// <summary><see cref="Stopwatch.GetTimestamp"/> when the connection was there; 0 before.</summary>
    public long ConnectedTimestamp { get; private set; }

    /// <summary>Bytes sent to the upstream (<c>$upstream_bytes_sent</c>).</summary>
    public long BytesSent => _sender.BytesSent;

    /// <summary>Bytes received from the upstream (<c>$upstream_bytes_received</c>).</summary>
    public long BytesReceived => _headBytes + _responseBody.RawBytes;

    /// <summary>
    /// Takes a connection to <paramref name="origin"/>, kept or new, sends <see cref="Request"/> with <paramref name="body"/> and returns
    /// when the response's head is there, which may be before the body is sent. 100 and 103 answers are dropped, as Kong does; 101 is an
    /// answer like others: see <see cref="TakeTransport"/>. May be called again after a failure; the body must then be readable again.
    /// </summary>
    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    public async ValueTask<ProxyError> SendAsync(UpstreamOrigin origin, MessageBody body, UpstreamTimeouts timeouts)
    {
        Begin(timeouts);
        var connection = origin.TryRent();
        IsReused = connection is not null;
        if (connection is null)
        {
            connection = new UpstreamConnection(origin);
            Volatile.Write(ref _abortable, connection);
            _connection = connection;
            var error = await connection.ConnectAsync(timeouts.Connect).ConfigureAwait(false);
            if (!error.IsNone) return Fail(error);
        }

        _connection = connection;
        Interlocked.Exchange(ref _abortable, connection);
        if (_aborted) return Fail(default);

        connection.Requests++;
        ConnectedTimestamp = Stopwatch.GetTimestamp();
        RemoteEndPoint = connection.Transport.RemoteEndPoint;
        LocalEndPoint = connection.Transport.LocalEndPoint;

        var send = _sender.SendAsync(connection, Request, body, timeouts.Write);
        if (send.IsCompletedSuccessfully) _ = send.Result;
        else _sending = send.AsTask();

        return await ReceiveHeadAsync(connection).ConfigureAwait(false);
    }

    /// <summary>After status 101: the connection, out of the pool for good, and the bytes received behind the head.</summary>
    public Transport TakeTransport(out ReadOnlyMemory<byte> received)
    {
        var connection = _connection!;
        Interlocked.Exchange(ref _abortable, null);
        _connection = null;
        received = connection.Input.Memory;
        return connection.TakeTransport();
    }

    /// <summary>Gives the connection up: back to the pool when the exchange is complete on both sides beyond doubt, else closed.</summary>
    public void Finish()
    {
        var connection = _connection;
        _connection = null;
        _responseBody.End();
        if (connection is null) return;

        var wasAborted = Interlocked.Exchange(ref _abortable, null) is null;
        if (_sending is { IsCompleted: false })
        {
            // The sender ends by itself when it notices; it must not meet the next request.
            connection.Abort();
            _sender = new RequestSender();
        }
        else if (!wasAborted && _isAnswered && IsReusable(connection))
        {
            connection.Origin.Return(connection);
        }
        else
        {
            connection.Close();
        }

        _sending = null;
    }

    /// <summary>Breaks off from any thread: whatever waits fails with <see cref="ProxyErrorKind.Aborted"/>.</summary>
    public void Abort()
    {
        _aborted = true;
        Interlocked.Exchange(ref _abortable, null)?.Abort();
    }

    /// <summary>Makes the call ready for another exchange.</summary>
    public void Reset()
    {
        Finish();
        Request.Reset();
        Response.Reset();
        _sender.Reset();
        _aborted = false;
    }

    private void Begin(UpstreamTimeouts timeouts)
    {
        Finish();
        Response.Reset();
        _timeouts = timeouts;
        _isAnswered = false;
        _headBytes = 0;
        ConnectedTimestamp = 0;
        RemoteEndPoint = LocalEndPoint = null;
    }

    private bool IsReusable(UpstreamConnection connection) =>
        _sender.Outcome == SendOutcome.Sent && Response.KeepAlive && Response.Status != 101
        && _responseBody.IsComplete && _responseBody.IsDelimited && connection.Input.IsEmpty;

    // What went wrong, seen from the outside: an abort and the client's own failures go before what they caused.
    private ProxyError Fail(ProxyError error)
    {
        if (_aborted) error = new ProxyError(ProxyErrorKind.Aborted, ErrorSource.Gateway);
        else if (!_sender.ClientError.IsNone) error = _sender.ClientError;
        Finish();
        return error;
    }
}
