using System.Collections.Concurrent;
using System.Text;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Proxy.Grpc;

/// <summary>Connections to gRPC upstreams: one client for each way of speaking TLS, each with its own pool of connections by address.</summary>
internal sealed class GrpcConnectionsState(UpstreamPoolSettings settings, TimeProvider time) : IDisposable
{
    // A replaced certificate leaves its client behind; by then no call of it is under way.
    private static readonly TimeSpan Unused = TimeSpan.FromHours(1);

    private static readonly UpstreamTls Clear = new(string.Empty);

    private readonly ConcurrentDictionary<UpstreamTls, Client> _clients = new();

    /// <summary>The client for this way of speaking TLS; null means none.</summary>
    public HttpMessageInvoker For(UpstreamTls? tls)
    {
        UpstreamTls key = tls ?? Clear;
        if (!_clients.TryGetValue(key, out Client? client))
        {
            RemoveUnused();
            client = _clients.GetOrAdd(key, static (_, state) => new Client(state.Owner.Create(state.Tls)), (Owner: this, Tls: tls));
        }

        client.LastUsed = time.GetTimestamp();
        return client.Invoker;
    }

    public void Dispose()
    {
        foreach (Client client in _clients.Values) client.Invoker.Dispose();
    }

    private HttpMessageInvoker Create(UpstreamTls? tls) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        PooledConnectionIdleTimeout = settings.IdleTimeout > 0 ? TimeSpan.FromMilliseconds(settings.IdleTimeout) : Timeout.InfiniteTimeSpan,
        MaxResponseHeadersLength = settings.ResponseHeadLimit / 1024,
        ConnectTimeout = Timeout.InfiniteTimeSpan,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ConnectCallback = new GrpcConnector(tls).ConnectAsync,
    });

    private void RemoveUnused()
    {
        foreach ((UpstreamTls key, Client client) in _clients)
        {
            if (time.GetElapsedTime(client.LastUsed) > Unused && _clients.TryRemove(key, out _)) client.Invoker.Dispose();
        }
    }

    private sealed class Client(HttpMessageInvoker invoker)
    {
        private long _lastUsed = long.MaxValue;

        public HttpMessageInvoker Invoker { get; } = invoker;

        public long LastUsed
        {
            get => Volatile.Read(ref _lastUsed);
            set => Volatile.Write(ref _lastUsed, value);
        }
    }
}
