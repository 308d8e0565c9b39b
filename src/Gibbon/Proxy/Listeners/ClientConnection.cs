using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Gibbon.Settings;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Proxy.Listeners;

/// <summary>
/// One accepted connection, from its first byte to its end. It stands between the protocol engines and the pipeline, so that counters and
/// graceful ends know whether a request is under way, whatever the protocol.
/// </summary>
internal sealed partial class ClientConnection : Watched, IExchangeHandler, IThreadPoolWorkItem
{
    private readonly ProxyListeners _owner;
    private readonly ListenAddress _listener;
    private readonly Socket _socket;
    private FeatureCollection? _features;
    private Transport? _transport;
    private Http1Connection? _http1;
    private int _exchanges;
    private int _requests;
    private bool _isHttp2;
    private bool _hasAnswered;

    public ClientConnection(ProxyListeners owner, ListenAddress listener, Socket socket)
        : base(Watchdog.Shared)
    {
        _owner = owner;
        _listener = listener;
        _socket = socket;
    }

    public EndPoint? RemoteEndPoint { get; private set; }

    public EndPoint? LocalEndPoint { get; private set; }

    /// <summary>What the way in left behind: the PROXY protocol's header; null when nothing did.</summary>
    public IFeatureCollection? Features => _features;

    public TlsInformation? Tls { get; private set; }

    /// <summary>Number of this connection, unique in the process.</summary>
    public long Id { get; } = Http1Connection.NextId();

    /// <summary>The listener it came in by.</summary>
    public ListenAddress Listener => _listener;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PooledAsyncBuilder))]
    public async ValueTask HandleAsync(Downstream exchange)
    {
        _owner.Counters.Request();
        int now = Interlocked.Increment(ref _exchanges);
        if (now == 1) _owner.Counters.StartWriting(_hasAnswered);
        try
        {
            await _owner.Options.Handler.HandleAsync(exchange).ConfigureAwait(false);
        }
        finally
        {
            Finish();
        }
    }

    /// <summary>Counts a stream of HTTP/2; gives its number.</summary>
    public int CountRequest() => Interlocked.Increment(ref _requests);

    public void Execute() => _ = ServeAsync();

    /// <summary>Ends the connection as soon as no request is under way; HTTP/2 says goodbye by itself.</summary>
    public void CloseWhenIdle()
    {
        if (_http1 is { } http1) http1.Drain();
        else if (!_isHttp2) Abort();
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort()
    {
        if (_transport is { } transport) transport.Abort();
        else _socket.Dispose();
    }

    protected override void OnExpired() => Abort();

    private void Finish()
    {
        if (Interlocked.Decrement(ref _exchanges) != 0) return;

        _hasAnswered = true;
        _owner.Counters.StartWaiting();
    }

    private async ValueTask ServeHttp1Async(Transport transport, RequestRejection imposed = RequestRejection.None)
    {
        ClearDeadline();
        _http1 = new Http1Connection(transport, _owner.Options.Http, this, imposed: imposed);
        if (_owner.IsDraining) _http1.Drain();
        await _http1.RunAsync().ConfigureAwait(false);
    }

    private async ValueTask ServeHttp2Async(Stream stream)
    {
        ClearDeadline();
        _isHttp2 = true;
        await _owner.Http2!.ServeAsync(this, stream).ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
    }
}
