using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;
using Gibbon.Proxy.Listeners;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Gibbon.Proxy.Upstreams;
using Gibbon.Routing;
using Gibbon.Settings;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Gibbon.Proxy.Streams;

/// <summary>A session over TCP, with TLS or without.</summary>
internal sealed class TcpSession : StreamSession
{
    private readonly StreamListenerOptions _options;
    private readonly Socket _socket;
    private readonly ReceiveBuffer _peeked;
    private readonly byte[]? _hello;
    private readonly ListenAddress _listener;
    private Transport _client;
    private UpstreamConnection? _upstream;
    private TlsInformation? _information;
    private bool _aborted;

    /// <param name="options">What the listeners are made of.</param>
    /// <param name="listener">Where it came in.</param>
    /// <param name="socket">The connection.</param>
    /// <param name="client">The connection as a transport.</param>
    /// <param name="peeked">What was received of it.</param>
    /// <param name="hello">The client's TLS hello; null when there is none.</param>
    /// <param name="features">The PROXY protocol's header.</param>
    public TcpSession(
        StreamListenerOptions options,
        ListenAddress listener,
        Socket socket,
        Transport client,
        ReceiveBuffer peeked,
        byte[]? hello,
        IFeatureCollection? features)
    {
        _options = options;
        _listener = listener;
        _socket = socket;
        _client = client;
        _peeked = peeked;
        _hello = hello;
        ConnectionFeatures = features;
        RemoteEndPoint = client.RemoteEndPoint;
        LocalEndPoint = client.LocalEndPoint;
        if (hello is not null && ClientHello.Parse(hello).ServerName is { } name)
        {
            // The name is known; nothing has been agreed yet.
            _information = new TlsInformation(default, null, name, null);
        }
    }

    public override RouteProtocol Protocol => _listener.Ssl ? RouteProtocol.Tls : RouteProtocol.Tcp;

    public override string TransportName => "TCP";

    public override bool IsTlsExpected => _listener.Ssl;

    public override EndPoint? RemoteEndPoint { get; }

    public override EndPoint? LocalEndPoint { get; }

    public override IFeatureCollection? ConnectionFeatures { get; }

    public override TlsInformation? Tls => _information;

    public override async ValueTask<bool> TerminateTlsAsync()
    {
        if (_hello is null)
        {
            _options.Log.HandshakeFailed("no well-formed ClientHello", RemoteEndPoint, _listener.Text);
            return false;
        }

        string? name = _information?.ServerName;
        CertificateLookup found = _options.Certificates().Find(name);
        ServerHandshake handshake = new()
        {
            ServerName = name,
            RemoteEndPoint = RemoteEndPoint,
            LocalEndPoint = LocalEndPoint,
            Certificates = found.Set,
        };
        await _options.OnHandshake(handshake).ConfigureAwait(false);
        if (handshake.Certificates is not { } certificates)
        {
            _options.Log.NoCertificate(name, found.Problem, RemoteEndPoint);
            return false;
        }

        var tls = new SslStream(new PrefixedStream(_socket, _peeked), leaveInnerStreamOpen: false);
        try
        {
            using var limit = new CancellationTokenSource(_options.PrereadTimeout);
            await tls.AuthenticateAsServerAsync(_options.Tls.For(Choose(certificates), handshake), limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            _options.Log.HandshakeFailed(e.InnerException?.Message ?? e.Message, RemoteEndPoint, _listener.Text);
            await tls.DisposeAsync().ConfigureAwait(false);
            return false;
        }

        _information = new TlsInformation(tls.SslProtocol, tls.NegotiatedCipherSuite, name, tls.RemoteCertificate as X509Certificate2);
        _client = new TlsTransport(_socket, tls, name);
        IsTerminated = true;
        return true;
    }

    public override async ValueTask<ProxyError> ConnectAsync(UpstreamOrigin origin, ReadOnlyMemory<byte> preface, int timeout)
    {
        _upstream = new UpstreamConnection(origin);
        ProxyError error = await _upstream.ConnectAsync(timeout, preface).ConfigureAwait(false);
        if (error.IsNone)
        {
            return default;
        }

        _upstream.Close();
        _upstream = null;
        return error;
    }

    public override async ValueTask<ProxyError> RelayAsync(int idleTimeout)
    {
        Transport client = _peeked.IsEmpty || IsTerminated ? _client : new AcceptedTransport(_client, _peeked, _information, ConnectionFeatures);
        Transport upstream = _upstream!.TakeTransport();
        if (_aborted)
        {
            upstream.Abort();
        }

        await new StreamRelay(this, client, upstream, idleTimeout, _options.HalfClose).RunAsync().ConfigureAwait(false);
        await upstream.CloseAsync().ConfigureAwait(false);
        return default;
    }

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data)
    {
        CountSent(data.Length);
        return _client.SendAsync(data);
    }

    /// <summary>Ends the session at once.</summary>
    public override void Abort()
    {
        _aborted = true;
        _client.Abort();
        _upstream?.Abort();
    }

    /// <summary>Ends the client's connection in order.</summary>
    public async ValueTask CloseAsync()
    {
        await _client.CloseAsync().ConfigureAwait(false);
        _peeked.Release();
    }

    private LoadedCertificate Choose(CertificateSet certificates)
    {
        ClientHello hello = ClientHello.Parse(_hello);
        return certificates.For(in hello);
    }
}
