using System.Text;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Proxy.Grpc;

/// <summary>
/// One request to a gRPC upstream. First <see cref="SendAsync"/>, which ends with the response's head; then <see cref="ResponseBody"/> is
/// read, with its trailers; at last <see cref="DisposeAsync"/>, after the client's exchange was completed or aborted, because the client's
/// body may be read until then.
/// </summary>
internal sealed class GrpcCall : IAsyncDisposable
{
    private readonly HttpMessageInvoker _client;
    private readonly HttpRequestMessage _request;
    private readonly GrpcRequestContent? _content;
    private readonly MessageBody _requestBody;
    private readonly UpstreamTimeouts _timeouts;
    private readonly CancellationTokenSource _end = new();
    private readonly Limit _sending;
    private readonly Limit _reading;
    private HttpResponseMessage? _response;
    private int _failure;
    private bool _hasAnswer;

    public GrpcCall(HttpMessageInvoker client, HttpRequestMessage request, MessageBody body, UpstreamTimeouts timeouts)
    {
        _client = client;
        _request = request;
        _requestBody = body;
        _timeouts = timeouts;
        _sending = new Limit(this, ProxyErrorKind.SendTimeout);
        _reading = new Limit(this, ProxyErrorKind.ReadTimeout);
        if (body.IsEmpty) return;

        _content = new GrpcRequestContent(this, body);
        GrpcRequest.CopyContentFields(request, _content);
        request.Content = _content;
    }

    /// <summary>The response's head, once <see cref="SendAsync"/> gave no error.</summary>
    public ResponseHead Response { get; } = new();

    /// <summary>The response's body and trailers, once <see cref="SendAsync"/> gave no error.</summary>
    public MessageBody ResponseBody { get; private set; } = EmptyBody.Instance;

    /// <summary>Sends the request and waits for the response's head. The body goes on being sent.</summary>
    public async ValueTask<ProxyError> SendAsync()
    {
        // Without a body nothing tells when the request has gone; the connection's own limit comes first.
        if (_content is null) _reading.Start(_timeouts.Connect + _timeouts.Read);
        try
        {
            _response = await _client.SendAsync(_request, _end.Token).ConfigureAwait(false);
            StopWaiting();
            var body = new GrpcResponseBody(this, _response, _response.Content.ReadAsStream());
            body.Prefetch();
            ReadHead(_response, body);
            ResponseBody = body;
            return default;
        }
        catch (Exception error) when (GrpcFailure.IsExpected(error))
        {
            StopWaiting();
            return FailureOf(error);
        }
    }

    /// <summary>Ends the call at once, from any thread; the upstream sees a reset.</summary>
    public void Abort() => Fail(ProxyErrorKind.Aborted);

    public async ValueTask DisposeAsync()
    {
        _sending.Stop();
        _reading.Stop();
        _content?.Close();
        if (!_end.IsCancellationRequested) await _end.CancelAsync().ConfigureAwait(false);
        if (ResponseBody is GrpcResponseBody body) await body.CloseAsync().ConfigureAwait(false);
        _response?.Dispose();
        if (_content is not null) await _content.Ended.ConfigureAwait(false);
        _request.Dispose();
        _end.Dispose();
    }

    internal CancellationToken End => _end.Token;

    internal void StartSending() => _sending.Start(_timeouts.Write);

    internal void StopSending() => _sending.Stop();

    // From here on only the upstream can be what the call waits for.
    internal void RequestSent()
    {
        lock (_reading)
        {
            if (!_hasAnswer) _reading.Start(_timeouts.Read);
        }
    }

    internal void StartReading() => _reading.Start(_timeouts.Read);

    internal void StopReading() => _reading.Stop();

    /// <summary>What an exception of the HTTP client means here.</summary>
    internal ProxyError FailureOf(Exception error)
    {
        var own = (ProxyErrorKind)Volatile.Read(ref _failure);
        if (own == ProxyErrorKind.Aborted) return new ProxyError(own, ErrorSource.Gateway);
        if (own != ProxyErrorKind.None) return new ProxyError(own, ErrorSource.Upstream, RetryAdvice.No);

        return _requestBody.Error.IsNone ? GrpcFailure.Of(error, _response is not null) : _requestBody.Error;
    }

    private void StopWaiting()
    {
        lock (_reading)
        {
            _hasAnswer = true;
            _reading.Stop();
        }
    }

    private void Fail(ProxyErrorKind kind)
    {
        Interlocked.CompareExchange(ref _failure, (int)kind, 0);
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended by itself meanwhile.
        }
    }

    private void ReadHead(HttpResponseMessage response, GrpcResponseBody body)
    {
        Response.SetStatus((int)response.StatusCode);
        Response.Version = Messages.HttpVersion.Http2;
        Response.KeepAlive = true;
        GrpcFields.Copy(response.Headers, Response.Headers);
        GrpcFields.Copy(response.Content.Headers, Response.Headers);
        Response.ByteLength = Response.Headers.ByteLength;
        long length = response.Content.Headers.ContentLength ?? -1;
        Response.ContentLength = body.IsComplete && length < 0 ? 0 : length;
        Response.Framing = body.IsComplete ? MessageFraming.None : length >= 0 ? MessageFraming.ContentLength : MessageFraming.Chunked;
    }

    /// <summary>One of the two timeouts between operations.</summary>
    private sealed class Limit(GrpcCall call, ProxyErrorKind kind) : Watched(Watchdog.Shared)
    {
        public void Start(int milliseconds) => SetDeadline(milliseconds);

        public void Stop() => ClearDeadline();

        protected override void OnExpired() => call.Fail(kind);
    }
}
