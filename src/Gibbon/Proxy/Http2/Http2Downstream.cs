using System.Diagnostics;
using System.Net;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Listeners;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Proxy.Http2;

/// <summary>One stream of an HTTP/2 connection as an exchange. Used again for later streams.</summary>
internal sealed partial class Http2Downstream(Http1Settings settings) : Downstream
{
    private readonly Http2RequestHead _head = new(settings);
    private readonly Http2RequestBody _body = new(settings);
    private CancellationTokenRegistration _aborted;
    private IHttpRequestLifetimeFeature _lifetime = null!;
    private IHttpResetFeature? _reset;
    private IDisconnectObserver? _observer;
    private long _started;
    private int _number;
    private int _told;

    /// <summary>The connection that carries the stream.</summary>
    public ClientConnection Client { get; private set; } = null!;

    public override RequestHead Request => _head.Head;

    public override MessageBody RequestBody => _body;

    public override RequestRejection Rejection => _head.Rejection;

    public override long StartTimestamp => _started;

    public override EndPoint? RemoteEndPoint => Client.RemoteEndPoint;

    public override EndPoint? LocalEndPoint => Client.LocalEndPoint;

    public override TlsInformation? Tls => Client.Tls;

    public override IFeatureCollection? ConnectionFeatures => Client.Features;

    public override long ConnectionId => Client.Id;

    public override int ConnectionRequests => _number;

    public override long BytesReceived => Request.ByteLength + _body.BytesRead;

    public override bool IsDisconnected => _lifetime.RequestAborted.IsCancellationRequested;

    /// <summary>Has no meaning here: the connection outlives its streams.</summary>
    public override bool CloseAfterwards { get; set; }

    public override IDisconnectObserver? DisconnectObserver
    {
        get => Volatile.Read(ref _observer);
        set
        {
            Volatile.Write(ref _observer, value);
            if (value is null)
            {
                // Waits for a call that is under way on another thread.
                _aborted.Dispose();
                _aborted = default;
                return;
            }

            // A token that is cancelled already tells it now.
            if (_aborted == default)
            {
                _aborted = _lifetime.RequestAborted.UnsafeRegister(static exchange => ((Http2Downstream)exchange!).TellDisconnected(), this);
            }
            else if (IsDisconnected)
            {
                TellDisconnected();
            }
        }
    }

    /// <summary>Takes a new stream.</summary>
    public void Begin(IFeatureCollection features)
    {
        _started = Stopwatch.GetTimestamp();
        Client = features.Get<ClientConnection>()!;
        _number = Client.CountRequest();
        _lifetime = features.Get<IHttpRequestLifetimeFeature>()!;
        _reset = features.Get<IHttpResetFeature>();
        _told = 0;
        bool hasBody = features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;
        _head.Read(features.Get<IHttpRequestFeature>()!, hasBody);
        _body.Begin(features, _head.Head.ContentLength);
        BeginResponse(features);
    }

    /// <summary>Makes sure that a stream does not stay open behind a handler that neither completed nor aborted it.</summary>
    public ValueTask EndAsync()
    {
        if (!_isComplete) Abort();
        return default;
    }

    /// <summary>Lets go of the stream.</summary>
    public void Reset()
    {
        _aborted.Dispose();
        _aborted = default;
        _observer = null;
        CloseAfterwards = false;
        _head.Reset();
        _body.Reset();
        ResetResponse();
    }

    private void TellDisconnected()
    {
        if (!_isComplete && Interlocked.Exchange(ref _told, 1) == 0) Volatile.Read(ref _observer)?.ClientDisconnected();
    }
}
