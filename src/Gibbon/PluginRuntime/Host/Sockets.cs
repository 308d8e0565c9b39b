using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>Connections of plugins to whatever they like, through the gateway's own names.</summary>
/// <param name="dns">The names.</param>
/// <param name="authorities">Those that servers' certificates may come from (<c>lua_ssl_trusted_certificate</c>); null for the system's.</param>
/// <param name="depth">How many certificates may be between a server's own and its authority's (<c>lua_ssl_verify_depth</c>).</param>
internal sealed class Sockets(IDns dns, Func<X509Certificate2Collection?> authorities, int depth) : ISockets
{
    public async ValueTask<Result<Stream>> ConnectAsync(string host, int port, SocketTls? tls = null, CancellationToken cancellation = default)
    {
        Result<IPEndPoint> found = await dns.ToIpAsync(host, port, cancellation).ConfigureAwait(false);
        if (!found.IsOk)
        {
            return Result.Failure<Stream>(NamesForPlugins.Unresolved(found.Error));
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(found.Value, cancellation).ConfigureAwait(false);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            return Result.Failure<Stream>(failure.Message);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }

        Stream stream = new NetworkStream(socket, ownsSocket: true);
        return tls is null ? stream : await SecureAsync(stream, tls with { ServerName = tls.ServerName ?? host }, cancellation).ConfigureAwait(false);
    }

    public async ValueTask<Result<Stream>> SecureAsync(Stream stream, SocketTls tls, CancellationToken cancellation = default)
    {
        SslStream secure = new(stream, leaveInnerStreamOpen: false);
        string? distrust = null;
        try
        {
            await secure.AuthenticateAsClientAsync(Options(tls, reason => distrust = reason), cancellation).ConfigureAwait(false);
            return secure;
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            return Result.Failure<Stream>(distrust ?? failure.Message);
        }
        catch (OperationCanceledException)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask<Result<Socket>> OpenUdpAsync(string host, int port, CancellationToken cancellation = default)
    {
        Result<IPEndPoint> found = await dns.ToIpAsync(host, port, cancellation).ConfigureAwait(false);
        if (!found.IsOk)
        {
            return Result.Failure<Socket>(NamesForPlugins.Unresolved(found.Error));
        }

        Socket socket = new(found.Value.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(found.Value, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            return Result.Failure<Socket>(failure.Message);
        }
    }

    private SslClientAuthenticationOptions Options(SocketTls tls, Action<string?> distrust)
    {
        SslClientAuthenticationOptions options = new() { TargetHost = tls.ServerName ?? "" };
        bool hasName = options.TargetHost.Length > 0;
        if (tls.Verify)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                SslPolicyErrors found = hasName ? errors : errors & ~SslPolicyErrors.RemoteCertificateNameMismatch;
                string? reason = ServerTrust.Judge(certificate as X509Certificate2, chain, found, authorities(), depth);
                distrust(reason);
                return reason is null;
            };
        }
        else
        {
#pragma warning disable CA5359 // the plugin asked not to verify
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        if (tls.Certificate is { } certificate)
        {
            options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate.Certificate, certificate.Chain, offline: true);
        }

        return options;
    }
}
