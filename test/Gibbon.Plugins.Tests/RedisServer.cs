using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Loopback;

namespace Gibbon.Plugins;

/// <summary>A real Redis on loopback, in the clear and with TLS, with a user <c>gibbon</c> whose password is <c>s3cret</c>.</summary>
sealed class RedisServer : IAsyncDisposable
{
    readonly Process process;
    readonly string directory;

    RedisServer(Process process, string directory, int port, int tlsPort) =>
        (this.process, this.directory, Port, TlsPort) = (process, directory, port, tlsPort);

    public int Port { get; }

    public int TlsPort { get; }

    public static async Task<RedisServer> StartAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            var directory = Directory.CreateTempSubdirectory("gibbon-redis-").FullName;
            var (port, tlsPort) = (FreePorts.One(), FreePorts.One());
            WriteCertificate(directory);
            await File.WriteAllTextAsync(Path.Combine(directory, "redis.conf"), $"""
                bind 127.0.0.1
                port {port}
                tls-port {tlsPort}
                tls-cert-file {directory}/cert.pem
                tls-key-file {directory}/key.pem
                tls-auth-clients no
                dir {directory}
                save ""
                appendonly no
                databases 16
                user default on nopass ~* &* +@all
                user gibbon on >s3cret ~* &* +@all
                """);
            var start = new ProcessStartInfo("redis-server", Path.Combine(directory, "redis.conf")) { RedirectStandardOutput = true };
            var server = new RedisServer(Process.Start(start)!, directory, port, tlsPort);
            _ = server.process.StandardOutput.ReadToEndAsync();
            if (await server.IsReadyAsync())
                return server;

            await server.DisposeAsync();
            Assert.True(attempt < 5, "redis-server does not start");
        }
    }

    /// <summary>Runs a command with <c>redis-cli</c> and returns what it prints.</summary>
    public async Task<string> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo("redis-cli", ["-p", Port.ToString(), .. command]) { RedirectStandardOutput = true };
        using var cli = Process.Start(start)!;
        var output = await cli.StandardOutput.ReadToEndAsync();
        await cli.WaitForExitAsync();
        return output.Trim();
    }

    /// <summary>Stops it as a crash would.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();

        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    async Task<bool> IsReadyAsync()
    {
        for (var i = 0; i < 600 && !process.HasExited; i++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        return false;
    }

    static void WriteCertificate(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(directory, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
