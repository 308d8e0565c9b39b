using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Gibbon.Proxy.Http2;
using Microsoft.Extensions.Logging;

namespace Gibbon.Proxy.Listeners;

/// <summary>
/// The proxy's front door: opens every address of <c>proxy_listen</c>, accepts, and serves each connection as what it turns out to be:
/// PROXY protocol first where the listener asks for it, then TLS, then HTTP/2 (by ALPN, or in clear by its preface) or HTTP/1.
/// </summary>
internal sealed class ProxyListeners : IAsyncDisposable
{
    private static readonly TimeSpan CutTime = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<ClientConnection, byte> _connections = new();
    private readonly ImmutableArray<ListenSocket> _sockets;
    private readonly ILogger _log;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _draining;

    private ProxyListeners(ProxyListenerOptions options, ImmutableArray<ListenSocket> sockets)
    {
        Options = options;
        _sockets = sockets;
        EndPoints = [.. sockets.Select(socket => socket.LocalEndPoint)];
        _log = options.Loggers.CreateLogger<ProxyListeners>();

        // Kong gives every listener HTTP/2 when one of them has the flag.
        SpeaksHttp2 = options.Addresses.Any(address => address.Http2);
        Tls = new ServerTlsOptions(options.Tls, SpeaksHttp2);
        Http2 = SpeaksHttp2 ? new Http2Server(this) : null;
    }

    /// <summary>Where the listeners are bound, in the order of the settings; with the ports the system gave for port 0.</summary>
    public ImmutableArray<EndPoint> EndPoints { get; }

    public ConnectionCounters Counters { get; } = new();

    /// <summary>True from the moment a graceful end has begun.</summary>
    public bool IsDraining => _draining;

    internal ProxyListenerOptions Options { get; }

    internal ServerTlsOptions Tls { get; }

    internal bool SpeaksHttp2 { get; }

    internal Http2Server? Http2 { get; }

    internal ILogger Log => _log;

    /// <summary>Opens all addresses without accepting yet; null and the reason if one of them cannot be had, and none is open then.</summary>
    public static ProxyListeners? Open(ProxyListenerOptions options, out ListenFailure? failure)
    {
        ImmutableArray<ListenSocket> sockets = ListenSocket.OpenAll(options.Addresses.Where(address => !address.Udp), out failure);
        return failure is null ? new ProxyListeners(options, sockets) : null;
    }

    /// <summary>Begins to accept.</summary>
    public async Task StartAsync()
    {
        if (Http2 is not null) await Http2.StartAsync().ConfigureAwait(false);
        foreach (ListenSocket socket in _sockets) _ = AcceptAsync(socket);
    }

    /// <summary>
    /// Ends in order: accepts no more, closes connections between two requests, lets the others finish what they answer. Those that
    /// take longer than <paramref name="grace"/> are cut; an infinite grace waits for all.
    /// </summary>
    public async Task CloseAsync(TimeSpan grace)
    {
        _draining = true;
        foreach (ListenSocket socket in _sockets) socket.Dispose();
        foreach (ClientConnection connection in _connections.Keys) connection.CloseWhenIdle();
        if (_connections.IsEmpty) _empty.TrySetResult();

        using var limit = new CancellationTokenSource(grace);
        Task http2 = Http2?.StopAsync(limit.Token) ?? Task.CompletedTask;
        await Task.WhenAny(_empty.Task, Task.Delay(Timeout.Infinite, limit.Token)).ConfigureAwait(false);
        foreach (ClientConnection connection in _connections.Keys) connection.Abort();

        // What was cut ends at once, unless a handler waits for something else than its client.
        await Task.WhenAny(Task.WhenAll(_empty.Task, http2), Task.Delay(CutTime)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await CloseAsync(TimeSpan.Zero).ConfigureAwait(false);

    internal void Remove(ClientConnection connection)
    {
        _connections.TryRemove(connection, out _);
        if (_draining && _connections.IsEmpty) _empty.TrySetResult();
    }

    private async Task AcceptAsync(ListenSocket listener)
    {
        while (!_draining)
        {
            try
            {
                Socket socket = await listener.Socket.AcceptAsync().ConfigureAwait(false);
                var connection = new ClientConnection(this, listener.Address, socket);
                _connections.TryAdd(connection, 0);
                Counters.Accept();

                // Not on this thread: what the client has sent already would be served before the next accept.
                ThreadPool.UnsafeQueueUserWorkItem(connection, preferLocal: false);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                if (_draining) return;

                // Out of descriptors or memory; a client that has gone already is no reason to wait.
                if (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset) continue;
                _log.CannotAccept(listener.Address.Text, e.Message);
                await Task.Delay(100).ConfigureAwait(false);
            }
        }
    }
}
