using System.Net;
using System.Text;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Listeners;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Gibbon.Proxy.Http2;

/// <summary>
/// Kestrel, reduced to its HTTP/2: it listens nowhere, takes connections that the listeners hand over, and gives every stream to the
/// pipeline as a <see cref="Http2Downstream"/>.
/// </summary>
internal sealed class Http2Server
{
    private readonly Http2ConnectionSource _source = new();
    private readonly KestrelServer _server;
    private readonly Http2Application _application;

    public Http2Server(ProxyListeners listeners)
    {
        ProxyListenerOptions options = listeners.Options;
        var server = new KestrelServerOptions
        {
            AddServerHeader = false,
            AllowSynchronousIO = false,

            // Behind a balancer that ends TLS, streams say https on a connection in clear.
            AllowAlternateSchemes = true,
            RequestHeaderEncodingSelector = static _ => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static _ => Encoding.Latin1,
        };
        SetLimits(server.Limits, options.Http, options.Http2MaxConcurrentStreams);
        server.Listen(new IPEndPoint(IPAddress.Loopback, 0), static listen => listen.Protocols = HttpProtocols.Http2);
        _server = new KestrelServer(Options.Create(server), _source, options.Loggers);
        _application = new Http2Application(options.Http);
    }

    public Task StartAsync() => _server.StartAsync(_application, CancellationToken.None);

    /// <summary>Serves a connection until it ends.</summary>
    public Task ServeAsync(ClientConnection client, Stream stream)
    {
        var connection = new Http2ConnectionContext(client, stream);
        return _source.TryAdd(connection) ? connection.Ended : connection.DisposeAsync().AsTask();
    }

    /// <summary>Sends GOAWAY on every connection and waits for their streams until <paramref name="limit"/>, then cuts them.</summary>
    public async Task StopAsync(CancellationToken limit)
    {
        await _server.StopAsync(limit).ConfigureAwait(false);
        _server.Dispose();
    }

    // Timeouts between two operations are the adapter's, not Kestrel's rates: a quiet stream is no attack.
    private static void SetLimits(KestrelServerLimits limits, Http1Settings http, int streams)
    {
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestLineSize = http.LargeHeaderBufferSize;
        limits.MaxRequestHeadersTotalSize = http.LargeHeaderBufferCount * http.LargeHeaderBufferSize;
        limits.MaxRequestHeaderCount = 1000;
        limits.RequestHeadersTimeout = Time(http.ClientHeaderTimeout);
        limits.KeepAliveTimeout = Time(http.KeepAliveTimeout);
        limits.Http2.MaxStreamsPerConnection = streams;
        limits.Http2.MaxRequestHeaderFieldSize = http.LargeHeaderBufferSize;
    }

    private static TimeSpan Time(int milliseconds) => milliseconds > 0 ? TimeSpan.FromMilliseconds(milliseconds) : TimeSpan.MaxValue;
}
