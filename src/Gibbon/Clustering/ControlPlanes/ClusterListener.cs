using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gibbon.Settings;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>The door of <c>cluster_listen</c>, by which data planes come in.</summary>
internal sealed class ClusterListener : IAsyncDisposable
{
    private const int DefaultBacklog = 511;

    /// <summary>As many as nginx has connections, so that strangers who say nothing cannot have everything.</summary>
    private const int MostConnections = 16384;

    private static readonly TimeSpan ComplaintInterval = TimeSpan.FromMinutes(1);

    private readonly Socket[] _sockets;
    private readonly Func<ControlPlane> _controlPlane;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<ClusterConnection, Task> _connections = new();
    private readonly int _most;
    private readonly Lock _complaining = new();
    private Task[] _accepting = [];
    private long? _lastComplaint;
    private int _dropped;

    private ClusterListener(Socket[] sockets, Func<ControlPlane> controlPlane, int most)
    {
        _most = most;
        _sockets = sockets;
        _controlPlane = controlPlane;
    }

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<IPEndPoint> Addresses => [.. _sockets.Select(static socket => (IPEndPoint)socket.LocalEndPoint!)];

    /// <summary>Takes the addresses.</summary>
    /// <param name="addresses">Where; empty gives null.</param>
    /// <param name="controlPlane">Who serves, at this moment.</param>
    /// <param name="most">How many connections there may be; those beyond are closed.</param>
    /// <exception cref="InvalidOperationException">An address cannot be had; the message names it.</exception>
    public static ClusterListener? Open(IReadOnlyList<ListenAddress> addresses, Func<ControlPlane> controlPlane, int most = MostConnections)
    {
        List<Socket> sockets = [];
        foreach (ListenAddress address in addresses)
        {
            try
            {
                sockets.Add(Listen(address));
            }
            catch (SocketException failure)
            {
                sockets.ForEach(static socket => socket.Dispose());
                throw new InvalidOperationException($"cluster_listen: cannot listen on {address}: {failure.Message}", failure);
            }
        }

        return sockets.Count == 0 ? null : new ClusterListener([.. sockets], controlPlane, most);
    }

    public void Start() => _accepting = [.. _sockets.Select(AcceptAsync)];

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }

        await Task.WhenAll(_accepting).ConfigureAwait(false);
        await Task.WhenAll(_connections.Values).ConfigureAwait(false);
        _ending.Dispose();
    }

    private static Socket Listen(ListenAddress address)
    {
        IPAddress ip = IPAddress.TryParse(address.Address, out IPAddress? parsed) ? parsed : System.Net.Dns.GetHostAddresses(address.Address)[0];
        Socket socket = new(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (ip.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = address.Ipv6Only is false;
            }

            socket.Bind(new IPEndPoint(ip, address.Port));
            socket.Listen(address.Backlog ?? DefaultBacklog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listening.AcceptAsync(_ending.Token).ConfigureAwait(false);
                if (_connections.Count >= _most)
                {
                    socket.Dispose();
                    Complain();
                    continue;
                }

                Serve(new ClusterConnection(socket, _controlPlane(), _ending.Token));
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Out of descriptors, or the client has gone already: the next one may fare better.
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    // One line a minute, however many there are.
    private void Complain()
    {
        ControlPlaneParts parts = _controlPlane().Parts;
        lock (_complaining)
        {
            _dropped++;
            if (_lastComplaint is { } last && parts.Time.GetElapsedTime(last) < ComplaintInterval)
            {
                return;
            }

            parts.Log.Write(LogSeverity.Alert, $"[clustering] {_most} connections are not enough: closed {_dropped} that came beyond them");
            (_lastComplaint, _dropped) = (parts.Time.GetTimestamp(), 0);
        }
    }

    private void Serve(ClusterConnection connection)
    {
        Task serving = Task.Run(connection.RunAsync);
        _connections.TryAdd(connection, serving);
        _ = serving.ContinueWith(
            (_, _) => _connections.TryRemove(connection, out Task? _), null, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
