using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Tests.Clustering;

/// <summary>A control plane by hand, which notes how data planes come.</summary>
internal sealed class ScriptedControlPlane : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;

    public ScriptedControlPlane(X509Certificate2? certificate = null)
    {
        _certificate = certificate ?? ClusterCertificates.Shared;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string? AskedFor { get; private set; }

    public bool OffersProtocols { get; private set; }

    public X509Certificate? Client { get; private set; }

    public System.Security.Authentication.SslProtocols Version { get; private set; }

    /// <summary>The next connection, after its handshake; null when the handshake failed.</summary>
    public async Task<WireTap?> AcceptAsync()
    {
        TcpClient client = await _listener.AcceptTcpClientAsync().WaitAsync(WireTap.Patience);
        SslStream tls = new(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync((_, hello, _, _) =>
            {
                AskedFor = hello.ServerName;
                return ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true),
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = static (_, _, _, _) => true,
                });
            }, null).WaitAsync(WireTap.Patience);
        }
        catch (Exception failure) when (failure is IOException or System.Security.Authentication.AuthenticationException)
        {
            await tls.DisposeAsync();
            return null;
        }

        Client = tls.RemoteCertificate;
        Version = tls.SslProtocol;
        OffersProtocols = tls.NegotiatedApplicationProtocol != default;
        return new WireTap(tls, masks: false);
    }

    /// <summary>The next data plane, up to its first ping.</summary>
    public async Task<(WireTap Tap, string Head, TappedFrame Info, TappedFrame Ping)> JoinedAsync()
    {
        // One that gave up, since everything was too slow for it, comes again.
        WireTap? tap;
        string head = "";
        do
        {
            tap = await AcceptAsync();
            head = tap is null ? "" : await tap.ReadHeadAsync();
        }
        while (tap is null || head.Length == 0);
        await tap.WriteAsync(
            "HTTP/1.1 101 Switching Protocols\r\nDate: Sat, 21 Nov 2026 10:00:00 GMT\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Accept: {Accept(head)}\r\n\r\n");
        TappedFrame info = (await tap.ReadFrameAsync())!;
        return (tap, head, info, (await tap.ReadFrameAsync())!);
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    public static string KeyIn(string head) => head.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];

    public static string Accept(string head) => Convert.ToBase64String(System.Security.Cryptography.SHA1.HashData(
        System.Text.Encoding.ASCII.GetBytes(KeyIn(head) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
