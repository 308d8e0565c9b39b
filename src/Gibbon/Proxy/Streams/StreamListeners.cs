using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Gibbon.Proxy.Listeners;

namespace Gibbon.Proxy.Streams;

/// <summary>The doors of <c>stream_listen</c>: TCP, TLS and UDP.</summary>
internal sealed class StreamListeners : IAsyncDisposable
{
    private static readonly TimeSpan CutTime = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<IStreamClient, byte> _clients = new();
    private readonly ImmutableArray<ListenSocket> _sockets;
    private readonly ImmutableArray<UdpListener> _datagrams;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _draining;

    private StreamListeners(StreamListenerOptions options, ImmutableArray<ListenSocket> sockets)
    {
        Options = options;
        _sockets = [.. sockets.Where(static socket => !socket.Address.Udp)];
        _datagrams = [.. sockets.Where(static socket => socket.Address.Udp).Select(socket => new UdpListener(this, socket))];
    }

    internal StreamListenerOptions Options { get; }

    /// <summary>Sessions under way.</summary>
    public int Count => _clients.Count;

    /// <summary>Opens all addresses without accepting yet; null and the reason if one of them cannot be had, and none is open then.</summary>
    public static StreamListeners? Open(StreamListenerOptions options, out ListenFailure? failure)
    {
        ImmutableArray<ListenSocket> sockets = ListenSocket.OpenAll(options.Addresses, out failure);
        return failure is null ? new StreamListeners(options, sockets) : null;
    }

    /// <summary>Begins to accept.</summary>
    public void Start()
    {
        foreach (ListenSocket socket in _sockets)
        {
            _ = AcceptAsync(socket);
        }

        foreach (UdpListener listener in _datagrams)
        {
            listener.Start();
        }
    }

    /// <summary>Accepts no more, and cuts the sessions that take longer than <paramref name="grace"/>; an infinite grace waits for all.</summary>
    public async Task CloseAsync(TimeSpan grace)
    {
        _draining = true;
        foreach (ListenSocket socket in _sockets)
        {
            socket.Dispose();
        }

        foreach (UdpListener listener in _datagrams)
        {
            listener.StopAccepting();
        }

        await WaitUntilEmptyAsync(grace).ConfigureAwait(false);
        foreach (IStreamClient client in _clients.Keys)
        {
            client.Abort();
        }

        await WaitUntilEmptyAsync(CutTime).ConfigureAwait(false);
        foreach (UdpListener listener in _datagrams)
        {
            listener.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync(TimeSpan.Zero).ConfigureAwait(false);

    internal void Add(IStreamClient client) => _clients.TryAdd(client, 0);

    internal void Remove(IStreamClient client)
    {
        _clients.TryRemove(client, out _);
        if (_draining && _clients.IsEmpty)
        {
            _empty.TrySetResult();
        }
    }

    private async Task WaitUntilEmptyAsync(TimeSpan time)
    {
        if (_clients.IsEmpty)
        {
            return;
        }

        using var limit = new CancellationTokenSource(time);
        await Task.WhenAny(_empty.Task, Task.Delay(Timeout.Infinite, limit.Token)).ConfigureAwait(false);
    }

    private async Task AcceptAsync(ListenSocket listener)
    {
        while (!_draining)
        {
            try
            {
                Socket socket = await listener.Socket.AcceptAsync().ConfigureAwait(false);
                StreamConnection connection = new(this, listener.Address, socket);
                Add(connection);
                ThreadPool.UnsafeQueueUserWorkItem(connection, preferLocal: false);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                if (_draining)
                {
                    return;
                }

                // Out of descriptors or memory; a client that has gone already is no reason to wait.
                if (e.SocketErrorCode is not (SocketError.ConnectionAborted or SocketError.ConnectionReset))
                {
                    Options.Log.CannotAccept(listener.Address.Text, e.Message);
                    await Task.Delay(100).ConfigureAwait(false);
                }
            }
        }
    }
}

/// <summary>A session that can be cut.</summary>
internal interface IStreamClient
{
    void Abort();
}
