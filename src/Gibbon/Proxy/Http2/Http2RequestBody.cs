using System.Buffers;
using System.IO.Pipelines;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Gibbon.Proxy.Http2;

/// <summary>The body of a stream's request, as Kestrel's pipe delivers it.</summary>
internal sealed class Http2RequestBody(Http1Settings settings) : MessageBody
{
    private readonly Deadline _deadline = new();
    private IFeatureCollection? _features;
    private PipeReader? _reader;
    private SequencePosition _consumed;
    private HeaderTable? _trailers;
    private ProxyError _error;
    private long _length;
    private long _read;
    private bool _holds;
    private bool _isComplete;

    public override long Length => _length;

    public override bool IsComplete => _isComplete;

    public override long BytesRead => _read;

    public override ProxyError Error => _error;

    public override HeaderTable? Trailers => _isComplete && _trailers is { Count: > 0 } ? _trailers : null;

    public void Begin(IFeatureCollection features, long length)
    {
        _features = features;
        _length = length;
        _isComplete = length == 0;
        _reader = _isComplete ? null : features.Get<IRequestBodyPipeFeature>()?.Reader;
        _error = default;
        _read = 0;
        _holds = false;
    }

    public void Reset()
    {
        _features = null;
        _reader = null;
        _trailers?.Reset();
    }

    public override ValueTask<BodyRead> ReadAsync()
    {
        if (_isComplete || _reader is null) return new(new BodyRead(default, BodyState.Last));
        if (!_error.IsNone) return new(new BodyRead(default, BodyState.Failed));

        ValueTask<ReadResult> read;
        try
        {
            if (_holds) _reader.AdvanceTo(_consumed);
            _holds = false;
            read = _reader.ReadAsync();
        }
        catch (Exception error) when (IsStreamFailure(error))
        {
            return new(Fail(ProxyErrorKind.ClientDisconnected, error.Message));
        }

        return read.IsCompletedSuccessfully ? new(Take(read.Result)) : WaitAsync(read);
    }

    private static bool IsStreamFailure(Exception error) =>
        error is IOException or OperationCanceledException or InvalidOperationException or ConnectionAbortedException;

    private async ValueTask<BodyRead> WaitAsync(ValueTask<ReadResult> read)
    {
        _deadline.Start(settings.ClientBodyTimeout, _reader!);
        try
        {
            return Take(await read.ConfigureAwait(false));
        }
        catch (Exception error) when (IsStreamFailure(error))
        {
            return Fail(ProxyErrorKind.ClientDisconnected, error.Message);
        }
        finally
        {
            _deadline.Stop();
        }
    }

    private BodyRead Take(in ReadResult result)
    {
        ReadOnlySequence<byte> buffer = result.Buffer;
        if (result.IsCanceled)
        {
            _reader!.AdvanceTo(buffer.Start);
            return Fail(ProxyErrorKind.ClientBodyTimeout, "client timed out while its body was read");
        }

        ReadOnlyMemory<byte> piece = buffer.First;
        _read += piece.Length;
        _consumed = buffer.GetPosition(piece.Length);
        _holds = true;
        if (settings.ClientMaxBodySize > 0 && _read > settings.ClientMaxBodySize)
        {
            return Fail(ProxyErrorKind.RequestBodyTooLarge, "client intended to send too large body");
        }

        if (!result.IsCompleted || piece.Length < buffer.Length) return new BodyRead(piece, BodyState.More);

        TakeTrailers();
        _isComplete = true;
        return new BodyRead(piece, BodyState.Last);
    }

    private void TakeTrailers()
    {
        IHttpRequestTrailersFeature? feature = _features?.Get<IHttpRequestTrailersFeature>();
        if (feature is not { Available: true } || feature.Trailers.Count == 0) return;

        _trailers ??= new HeaderTable();
        foreach ((string name, StringValues values) in feature.Trailers)
        {
            foreach (string? value in values) _trailers.Add(name.ToLowerInvariant(), value ?? string.Empty);
        }
    }

    private BodyRead Fail(ProxyErrorKind kind, string cause)
    {
        _error = new ProxyError(kind, ErrorSource.Client, RetryAdvice.No, cause);
        return new BodyRead(default, BodyState.Failed);
    }

    /// <summary>Ends a wait for a client that sends nothing.</summary>
    private sealed class Deadline() : Watched(Watchdog.Shared)
    {
        private PipeReader? _reader;

        public void Start(int milliseconds, PipeReader reader)
        {
            _reader = reader;
            SetDeadline(milliseconds);
        }

        public void Stop() => ClearDeadline();

        protected override void OnExpired() => _reader?.CancelPendingRead();
    }
}
