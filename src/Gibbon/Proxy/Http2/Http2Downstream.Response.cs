using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Proxy.Http2;

/// <content>The answer.</content>
internal sealed partial class Http2Downstream
{
    private const int InternalError = 2;
    private const int Cancel = 8;

    // Control characters in values are an error to Kestrel and to many clients.
    private static readonly SearchValues<byte> NotInValue =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(letter => letter != '\t').Select(letter => (byte)letter), 0x7f]);

    private readonly Deadline _sending = new();
    private IHttpResponseFeature _response = null!;
    private IHttpResponseBodyFeature _output = null!;
    private IHttpResponseTrailersFeature? _trailers;
    private PipeWriter _writer = null!;
    private long _announced;
    private long _headBytes;
    private long _sent;
    private bool _hasStarted;
    private bool _isComplete;

    public override long BytesSent => _headBytes + _sent;

    public override long BodyBytesSent => _sent;

    public override bool HasStarted => _hasStarted;

    /// <summary>Not sent: Kestrel has no interim responses for HTTP/2, and no client may depend on them.</summary>
    public override ValueTask<bool> SendInterimAsync(ResponseHead head) => new(!IsDisconnected);

    /// <summary>Kestrel sends it when the body is read.</summary>
    public override ValueTask<bool> SendContinueAsync() => new(!IsDisconnected);

    public override void WriteHead(ResponseHead head)
    {
        _hasStarted = true;
        _response.StatusCode = head.Status;
        Copy(head.Headers, _response.Headers);
        _headBytes = head.Headers.ByteLength;
        _announced = head.Framing == MessageFraming.ContentLength && Request.Method != RequestMethod.Head ? head.ContentLength : -1;
        bool tellLength = head.Framing is MessageFraming.ContentLength or MessageFraming.None && head.ContentLength >= 0;
        if (tellLength && head.Status is not (204 or < 200)) _response.Headers.ContentLength = head.ContentLength;
    }

    public override ValueTask<bool> WriteBodyAsync(ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty) return new(true);
        if (_announced >= 0 && _sent + data.Length > _announced)
        {
            Abort();
            return new(false);
        }

        _sent += data.Length;
        ValueTask<FlushResult> write;
        try
        {
            write = _writer.WriteAsync(data);
        }
        catch (Exception error) when (IsStreamFailure(error))
        {
            return new(false);
        }

        return write.IsCompletedSuccessfully ? new(Succeeded(write.Result)) : WaitAsync(write);
    }

    public override ValueTask<bool> FlushAsync()
    {
        try
        {
            ValueTask<FlushResult> flush = _writer.FlushAsync();
            return flush.IsCompletedSuccessfully ? new(Succeeded(flush.Result)) : WaitAsync(flush);
        }
        catch (Exception error) when (IsStreamFailure(error))
        {
            return new(false);
        }
    }

    public override async ValueTask<bool> CompleteAsync(HeaderTable? trailers = null)
    {
        if (_isComplete) return !IsDisconnected;
        if (_announced > _sent)
        {
            Abort();
            return false;
        }

        if (trailers is { Count: > 0 } && _trailers is not null) Copy(trailers, _trailers.Trailers);
        _isComplete = true;
        try
        {
            _sending.Start(settings.SendTimeout, this);
            await _output.CompleteAsync().ConfigureAwait(false);
            return !IsDisconnected;
        }
        catch (Exception error) when (IsStreamFailure(error))
        {
            return false;
        }
        finally
        {
            _sending.Stop();
        }
    }

    public override void Abort() => End(InternalError);

    /// <summary>There is no tunnel in a stream: clients of HTTP/2 that want one use another request (RFC 8441), which Kong does not know.</summary>
    public override async ValueTask<TunnelResult> TunnelAsync(Transport upstream, ReadOnlyMemory<byte> received, TimeSpan idleTimeout)
    {
        await upstream.CloseAsync().ConfigureAwait(false);
        Abort();
        return default;
    }

    private static bool IsStreamFailure(Exception error) =>
        error is IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException;

    // Names go out in small letters; fields of an HTTP/1 connection mean nothing here and are forbidden (RFC 9113, 8.2.2).
    private static void Copy(HeaderTable from, IHeaderDictionary to)
    {
        foreach (HeaderField field in from)
        {
            if (field.Known is KnownHeader.Connection or KnownHeader.KeepAlive or KnownHeader.ProxyConnection or KnownHeader.TransferEncoding
                or KnownHeader.Upgrade or KnownHeader.ContentLength or KnownHeader.TE)
            {
                continue;
            }

            if (field.Name.ContainsAnyExcept(Syntax.Token) || field.Value.ContainsAny(NotInValue)) continue;
            string name = field.Known == KnownHeader.None ? Encoding.ASCII.GetString(field.Name) : field.Known.Name();
            to.Append(name, Encoding.Latin1.GetString(field.Value));
        }
    }

    private async ValueTask<bool> WaitAsync(ValueTask<FlushResult> write)
    {
        _sending.Start(settings.SendTimeout, this);
        try
        {
            return Succeeded(await write.ConfigureAwait(false));
        }
        catch (Exception error) when (IsStreamFailure(error))
        {
            return false;
        }
        finally
        {
            _sending.Stop();
        }
    }

    private bool Succeeded(FlushResult result) => !result.IsCanceled && !result.IsCompleted && !IsDisconnected;

    private void End(int code)
    {
        if (_isComplete) return;

        _isComplete = true;
        if (_reset is not null) _reset.Reset(code);
        else _lifetime.Abort();
    }

    private void BeginResponse(IFeatureCollection features)
    {
        _response = features.Get<IHttpResponseFeature>()!;
        _output = features.Get<IHttpResponseBodyFeature>()!;
        _trailers = features.Get<IHttpResponseTrailersFeature>();
        _writer = _output.Writer;
        _announced = -1;
        _headBytes = _sent = 0;
        _hasStarted = _isComplete = false;
    }

    private void ResetResponse()
    {
        _response = null!;
        _output = null!;
        _trailers = null;
        _writer = null!;
        _reset = null;
        _isComplete = true;
    }

    /// <summary>Cuts a stream whose client takes nothing.</summary>
    private sealed class Deadline() : Watched(Watchdog.Shared)
    {
        private Http2Downstream? _exchange;

        public void Start(int milliseconds, Http2Downstream exchange)
        {
            _exchange = exchange;
            SetDeadline(milliseconds);
        }

        public void Stop() => ClearDeadline();

        protected override void OnExpired() => _exchange?._reset?.Reset(Cancel);
    }
}
