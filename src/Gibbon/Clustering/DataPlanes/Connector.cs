using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gibbon.Clustering.Wire;
using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.Clustering.DataPlanes;

/// <summary>Connects a data plane to its control plane: through a proxy if there is one, by TLS with its certificate, up to the WebSocket.</summary>
internal sealed class Connector(DataPlaneParts parts, ClusterCertificate certificate)
{
    private const int DefaultPort = 443;

    private readonly HybridSettings _settings = parts.Settings.Hybrid;
    private readonly ServerCheck _server = new(certificate, parts.Settings);

    /// <summary>The address as the log names it.</summary>
    public string Uri(string target) => $"wss://{_settings.ControlPlane}{target}";

    /// <summary>Connects.</summary>
    /// <param name="target">The path and the query.</param>
    /// <param name="protocol">The protocol within the WebSocket; null for none.</param>
    /// <param name="ending">Gives up.</param>
    /// <returns>The connection, or why there is none.</returns>
    public async ValueTask<Result<WebSocketConnection>> ConnectAsync(string target, string? protocol, CancellationToken ending)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(ending);
        patience.CancelAfter(parts.Times.Handshake);
        Stream? stream = null;
        try
        {
            (string host, int port) = Split(_settings.ControlPlane);
            stream = await OpenAsync(host, port, patience.Token).ConfigureAwait(false);
            SslStream tls = new(stream);
            stream = tls;
            await tls.AuthenticateAsClientAsync(Options(_server.NameFor(host)), patience.Token).ConfigureAwait(false);
            Result<WebSocketConnection> result = await UpgradeAsync(tls, target, protocol, patience.Token).ConfigureAwait(false);
            if (result.IsOk)
            {
                stream = null;
            }

            return result;
        }
        catch (OperationCanceledException) when (!ending.IsCancellationRequested)
        {
            return Failure("failed to connect: timeout");
        }
        catch (SocketException failure)
        {
            return Failure("failed to connect: " + (failure.SocketErrorCode == SocketError.ConnectionRefused ? "connection refused" : failure.Message));
        }
        catch (AuthenticationException failure)
        {
            return Failure("ssl handshake failed: " + failure.Message);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            return Failure("failed to receive response header: closed");
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<Stream> OpenAsync(string host, int port, CancellationToken patience)
    {
        if (!_settings.UseProxy || _settings.ProxyServer is not { } proxy)
        {
            return await DialAsync(host, port, patience).ConfigureAwait(false);
        }

        int proxyPort = PortOf(proxy);
        parts.Log.Write(LogSeverity.Debug, $"[clustering] using proxy {proxy.Scheme}://{proxy.Host}:{proxyPort} to connect control plane");
        Stream stream = await DialAsync(proxy.Host, proxyPort, patience).ConfigureAwait(false);
        try
        {
            if (proxy.Scheme == "https")
            {
                SslStream tls = new(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(ProxyOptions(proxy.Host), patience).ConfigureAwait(false);
            }

            string request = $"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\nProxy-Connection: Keep-Alive\r\n{AuthorizationFor(proxy)}\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), patience).ConfigureAwait(false);
            string? answer = await new WireReader(stream).ReadHeadAsync(patience).ConfigureAwait(false);
            return answer is not null && HttpHead.TryParse(answer, out HttpHead? head) && head.Start[1] == "200"
                ? stream
                : throw new AuthenticationException("the proxy did not connect: " + answer?.Split('\r')[0]);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The port of a proxy: without one it is 443, whatever the scheme.</summary>
    public static int PortOf(Uri proxy) =>
        proxy.IsDefaultPort && !proxy.OriginalString.TrimEnd('/').EndsWith($":{proxy.Port}", StringComparison.Ordinal) ? DefaultPort : proxy.Port;

    /// <summary>The field by which a proxy knows who asks; empty without a name and a password.</summary>
    public static string AuthorizationFor(Uri proxy) => !proxy.UserInfo.Contains(':', StringComparison.Ordinal) ? ""
        : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(System.Uri.UnescapeDataString(proxy.UserInfo)))}\r\n";

    private async ValueTask<Stream> DialAsync(string host, int port, CancellationToken patience)
    {
        Result<IPEndPoint> found = await parts.Names.ToIpAsync(host, port, patience).ConfigureAwait(false);
        if (!found.IsOk)
        {
            throw new AuthenticationException(found.Error);
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(found.Value, patience).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask<Result<WebSocketConnection>> UpgradeAsync(SslStream tls, string target, string? protocol, CancellationToken patience)
    {
        string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        string asked = protocol is null ? "" : $"Sec-WebSocket-Protocol: {protocol}\r\n";
        string request = $"GET {target} HTTP/1.1\r\nUpgrade: websocket\r\nHost: {_settings.ControlPlane}\r\nSec-WebSocket-Key: {key}\r\n{asked}"
            + "Sec-WebSocket-Version: 13\r\nConnection: Upgrade\r\n\r\n";
        await tls.WriteAsync(Encoding.ASCII.GetBytes(request), patience).ConfigureAwait(false);
        WireReader reader = new(tls);
        string? answer = await reader.ReadHeadAsync(patience).ConfigureAwait(false);
        if (answer is null)
        {
            return Failure("failed to receive response header: closed");
        }

        return !HttpHead.TryParse(answer, out HttpHead? head) || head.Start[1] != "101" ? Failure("unexpected HTTP response: " + answer.Split('\r')[0])
            : head["Sec-WebSocket-Accept"] != HttpHead.Accept(key) || head["Sec-WebSocket-Protocol"] != protocol
                ? Failure("bad websocket handshake: the answer does not fit the request")
                : new WebSocketConnection(tls, reader, isClient: true, _settings.MaxPayload);
    }

    private SslClientAuthenticationOptions Options(string name) => new()
    {
        TargetHost = name,
        ClientCertificateContext = certificate.Own.Context,
        AllowTlsResume = false,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, presented, chain, _) =>
            _server.IsGood(presented, ClusterCertificate.SentWith(chain), name),
    };

    private SslClientAuthenticationOptions ProxyOptions(string host) => new()
    {
        TargetHost = host,
        RemoteCertificateValidationCallback = _settings.ProxyServerSslVerify
            ? (_, presented, chain, _) => _server.IsGood(presented, ClusterCertificate.SentWith(chain), host)
#pragma warning disable CA5359 // proxy_server_ssl_verify = off
            : static (_, _, _, _) => true,
#pragma warning restore CA5359
    };

    private static (string Host, int Port) Split(string address)
    {
        int colon = address.LastIndexOf(':');
        return colon > address.LastIndexOf(']') && int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            ? (address[..colon].Trim('[', ']'), port)
            : (address.Trim('[', ']'), DefaultPort);
    }

    private static Result<WebSocketConnection> Failure(string error) => Result.Failure<WebSocketConnection>(error);
}
