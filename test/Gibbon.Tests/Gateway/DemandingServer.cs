using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;
using Gibbon.Tests.Certificates;

namespace Gibbon.Tests.Gateway;

/// <summary>A TLS server that demands a certificate of its clients, and answers with the one it was shown.</summary>
internal sealed class DemandingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly Task _serving;

    public DemandingServer(string name)
    {
        _certificate = LoadedCertificate.Load(TestCertificates.For(name), out _)!.Leaf;
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The subjects of the certificates that were shown, and the server names that were asked for.</summary>
    public ConcurrentQueue<(string Subject, string? ServerName)> Seen { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var tls = new SslStream(client.GetStream());
                string subject = "";
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
                {
                    ServerCertificate = _certificate,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => (subject = certificate?.Subject ?? "").Length > 0,
                });
                byte[] request = new byte[4096];
                while (await tls.ReadAsync(request) > 0)
                {
                    Seen.Enqueue((subject, tls.TargetHostName));
                    await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {subject.Length}\r\n\r\n{subject}"));
                }
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // A client that shows nothing.
            }
        }
    }
}
