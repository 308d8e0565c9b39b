using System.Collections.Concurrent;
using System.Net;

namespace Gibbon.Proxy.Upstreams;

/// <summary>All origins and their kept connections. Connections are shared by requests that agree on address, port and TLS.</summary>
internal sealed class UpstreamPool : IDisposable
{
    private const int SweepInterval = 1000;
    private const int Unused = 5 * 60 * 1000;

    private readonly ConcurrentDictionary<Key, UpstreamOrigin> _origins = new();
    private readonly UpstreamPoolSettings _settings;
    private readonly Timer _sweeper;

    public UpstreamPool(UpstreamPoolSettings settings)
    {
        _settings = settings;
        using (ExecutionContext.SuppressFlow())
        {
            _sweeper = new Timer(static pool => ((UpstreamPool)pool!).Sweep(), this, SweepInterval, SweepInterval);
        }
    }

    /// <summary>The origin for these; look it up once and keep it where that is possible.</summary>
    public UpstreamOrigin Origin(IPAddress address, int port, UpstreamTls? tls = null)
    {
        var key = new Key(address, port, tls);
        return _origins.TryGetValue(key, out var origin)
            ? origin
            : _origins.GetOrAdd(key, static (key, settings) => new UpstreamOrigin(key.Address, key.Port, key.Tls, settings), _settings);
    }

    public void Dispose()
    {
        _sweeper.Dispose();
        foreach (var origin in _origins.Values) origin.Close();
    }

    private void Sweep()
    {
        foreach (var (key, origin) in _origins)
        {
            origin.Sweep();

            // Addresses come and go with the DNS, and certificates with plugins. A request that still holds it closes its connection itself.
            if (origin.IsForgotten(Unused) && _origins.TryRemove(key, out _)) origin.Close();
        }
    }

    private readonly record struct Key(IPAddress Address, int Port, UpstreamTls? Tls);
}
