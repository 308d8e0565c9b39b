using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>HTTP clients for plugins, one for each way of connecting, through the gateway's own names.</summary>
internal sealed class HttpClients(IDns dns) : IHttpClients, IDisposable
{
    private readonly ConcurrentDictionary<HttpClientOptions, HttpMessageInvoker> _clients = new();

    public HttpMessageInvoker Get(HttpClientOptions? options = null) => _clients.GetOrAdd(options ?? new HttpClientOptions(), Create);

    public void Dispose()
    {
        foreach (HttpMessageInvoker client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private HttpMessageInvoker Create(HttpClientOptions options)
    {
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = options.KeepAlive,
            MaxConnectionsPerServer = options.MaxConnections,
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy is null ? null : new WebProxy(options.Proxy),
            ConnectCallback = ConnectAsync,
        };
        if (!options.VerifyTls)
        {
#pragma warning disable CA5359 // the plugin asked not to verify
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        if (options.Certificate is { } certificate)
        {
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate.Certificate, certificate.Chain, offline: true);
        }

        return new HttpMessageInvoker(new TracedRequests(handler, options.Proxy));
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        Result<IPEndPoint> found = await dns.ToIpAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation).ConfigureAwait(false);
        if (!found.IsOk)
        {
            throw new HttpRequestException(HttpRequestError.NameResolutionError, NamesForPlugins.Unresolved(found.Error));
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(found.Value, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
