using System.Net;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Upstreams;

/// <summary>An address that requests go to, with the connections kept for it. The one used last is used next.</summary>
internal sealed class UpstreamOrigin
{
    private readonly UpstreamPoolSettings _settings;
    private readonly Lock _gate = new();
    private readonly List<UpstreamConnection> _idle = [];
    private bool _closed;
    private long _lastRented = Watchdog.Now;

    public UpstreamOrigin(IPAddress address, int port, UpstreamTls? tls, UpstreamPoolSettings settings)
    {
        EndPoint = new IPEndPoint(address, port);
        Tls = tls;
        Handshake = tls is null ? null : new TlsHandshake(tls);
        _settings = settings;
    }

    public IPEndPoint EndPoint { get; }

    public UpstreamTls? Tls { get; }

    /// <summary>How TLS is started; null for connections in clear.</summary>
    public TlsHandshake? Handshake { get; }

    public UpstreamPoolSettings Settings => _settings;

    /// <summary>Connections kept at the moment that the upstream is not known to have closed.</summary>
    public int IdleCount
    {
        get
        {
            lock (_gate) return _idle.Count(static connection => !connection.IsStale);
        }
    }

    /// <summary>Whether nobody has asked for a connection for so long, and none is kept.</summary>
    public bool IsForgotten(int milliseconds)
    {
        lock (_gate) return _idle.Count == 0 && Watchdog.Now - Volatile.Read(ref _lastRented) > milliseconds;
    }

    /// <summary>Takes a kept connection that the upstream has not closed, or null.</summary>
    public UpstreamConnection? TryRent()
    {
        Volatile.Write(ref _lastRented, Watchdog.Now);
        while (true)
        {
            UpstreamConnection connection;
            lock (_gate)
            {
                if (_idle.Count == 0) return null;

                connection = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
            }

            if (!connection.IsStale) return connection;

            connection.Close();
        }
    }

    /// <summary>Keeps a connection whose last exchange is complete beyond doubt, or closes it.</summary>
    public void Return(UpstreamConnection connection)
    {
        if (_settings.PoolSize == 0 || (_settings.MaxRequests > 0 && connection.Requests >= _settings.MaxRequests))
        {
            connection.Close();
            return;
        }

        connection.BecomeIdle();
        UpstreamConnection? surplus = null;
        lock (_gate)
        {
            if (_closed)
            {
                surplus = connection;
            }
            else
            {
                _idle.Add(connection);
                if (_idle.Count > _settings.PoolSize)
                {
                    surplus = _idle[0];
                    _idle.RemoveAt(0);
                }
            }
        }

        surplus?.Close();
    }

    /// <summary>Closes connections that were idle too long or that the upstream closed.</summary>
    public void Sweep()
    {
        var oldest = _settings.IdleTimeout > 0 ? Watchdog.Now - _settings.IdleTimeout : long.MinValue;
        List<UpstreamConnection>? gone = null;
        lock (_gate)
        {
            for (var i = _idle.Count - 1; i >= 0; i--)
            {
                if (_idle[i].IdleSince > oldest && !_idle[i].IsStale) continue;

                (gone ??= []).Add(_idle[i]);
                _idle.RemoveAt(i);
            }
        }

        gone?.ForEach(static connection => connection.Close());
    }

    /// <summary>Closes all kept connections and keeps no more.</summary>
    public void Close()
    {
        UpstreamConnection[] idle;
        lock (_gate)
        {
            _closed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var connection in idle) connection.Close();
    }
}
