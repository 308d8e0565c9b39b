using System.Net;
using System.Runtime.CompilerServices;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Proxy.Http1;

/// <summary>The exchange that an <see cref="Http1Connection"/> is busy with; one object serves all of a connection's exchanges in turn.</summary>
internal sealed partial class Http1Exchange : Downstream
{
    private readonly Http1Connection _connection;
    private readonly Http1RequestBody _body;
    private IDisconnectObserver? _observer;
    private int _notifier;
    private RequestRejection _rejection;
    private long _started;
    private int _disconnected;
    private bool _owesContinue;

    public Http1Exchange(Http1Connection connection)
    {
        _connection = connection;
        _body = new Http1RequestBody(connection);
    }

    public override RequestHead Request { get; } = new();

    public override MessageBody RequestBody => _body;

    public override RequestRejection Rejection => _rejection;

    public override long StartTimestamp => _started;

    public override EndPoint? RemoteEndPoint => _connection.Transport.RemoteEndPoint;

    public override EndPoint? LocalEndPoint => _connection.Transport.LocalEndPoint;

    public override TlsInformation? Tls => _connection.Transport.Tls;

    public override IFeatureCollection? ConnectionFeatures => _connection.Transport.Features;

    public override long ConnectionId => _connection.Id;

    public override int ConnectionRequests => _connection.Requests;

    public override long BytesReceived => Request.ByteLength + _body.RawBytes;

    public override bool IsDisconnected => Volatile.Read(ref _disconnected) != 0;

    public override bool CloseAfterwards { get; set; }

    public override IDisconnectObserver? DisconnectObserver
    {
        get => Volatile.Read(ref _observer);
        set
        {
            Volatile.Write(ref _observer, value);
            Interlocked.MemoryBarrier();
            if (value is null) AwaitNotifier();
            else if (IsDisconnected) Notify();
        }
    }

    /// <summary>Waits for a read of the body that was left behind, when the answer came before the request's end.</summary>
    public ValueTask<bool> ReaderGoneAsync(int timeout) => _body.IsReading ? _body.ReaderGoneAsync(timeout) : new(true);

    /// <summary>True while the client waits for <c>100 Continue</c> and may be told so.</summary>
    public bool OwesContinue => _owesContinue && !HasStarted;

    /// <summary>True when bytes of the request that nobody has read may still be on their way.</summary>
    public bool ClientMaySendMore => !IsDisconnected && _rejection switch
    {
        RequestRejection.None => !_body.IsComplete && _body.Error.Kind != ProxyErrorKind.ClientDisconnected && !_owesContinue,
        RequestRejection.BodyTooLarge => _dropped + _connection.Input.Length < Request.ContentLength,
        RequestRejection.HeadersTooLarge or RequestRejection.RequestLineTooLong => _dropped < DropAllowance,
        _ => false,
    };

    public void Begin(RequestRejection rejection, long started)
    {
        _rejection = rejection;
        _started = started;
        _owesContinue = Request.ExpectContinue && Request.Framing != MessageFraming.None;
        _body.Begin(Request, rejection == RequestRejection.None ? _connection.Settings.ClientMaxBodySize : 0);
        if (rejection != RequestRejection.None) Request.KeepAlive = false;
        Volatile.Write(ref _disconnected, rejection == RequestRejection.IncompleteHead ? 1 : 0);
        BeginResponse();
    }

    /// <summary>Makes ready for the next exchange.</summary>
    public void Reset()
    {
        _body.Release();
        Volatile.Write(ref _observer, null);
        Request.Reset();
        CloseAfterwards = false;
        _dropped = 0;
    }

    /// <summary>What the receive that waits for the next request came to, while this exchange may be under way.</summary>
    public void OnReceived(int outcome)
    {
        if (outcome > 0) return;

        Volatile.Write(ref _disconnected, 1);
        Interlocked.MemoryBarrier();
        Notify();
    }

    public override async ValueTask<bool> SendContinueAsync()
    {
        if (!OwesContinue) return !IsDisconnected;

        _owesContinue = false;
        return await SendInterimAsync(ContinueHead()).ConfigureAwait(false);
    }

    private static ResponseHead ContinueHead()
    {
        var head = new ResponseHead();
        head.SetStatus(100);
        return head;
    }

    private void Notify()
    {
        Interlocked.Exchange(ref _notifier, Environment.CurrentManagedThreadId);
        Interlocked.Exchange(ref _observer, null)?.ClientDisconnected();
        Volatile.Write(ref _notifier, 0);
    }

    // Observers serve other exchanges afterwards: one that is being told on another thread must not be told in the middle of the next.
    private void AwaitNotifier()
    {
        if (Volatile.Read(ref _notifier) is var notifier && (notifier == 0 || notifier == Environment.CurrentManagedThreadId)) return;

        var spin = new SpinWait();
        while (Volatile.Read(ref _notifier) != 0) spin.SpinOnce();
    }
}
