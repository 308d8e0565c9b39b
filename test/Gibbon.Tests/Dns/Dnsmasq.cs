using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gibbon.Dns;

namespace Gibbon.Tests.Dns;

/// <summary>A real name server, dnsmasq, on a port of its own on loopback, for the life of a test.</summary>
internal sealed class Dnsmasq : IAsyncDisposable
{
    private readonly Process _process;

    private Dnsmasq(Process process, IPEndPoint endPoint)
    {
        _process = process;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    /// <param name="records">What it knows, as arguments of the command.</param>
    public static async Task<Dnsmasq> StartAsync(params string[] records)
    {
        for (int attempt = 0; attempt < 5; attempt++)
        {
            using Socket probe = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var endPoint = (IPEndPoint)probe.LocalEndPoint!;
            probe.Dispose();
            Process process = Process.Start(new ProcessStartInfo(
                "dnsmasq",
                ["--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces", "--listen-address=127.0.0.1",
                    $"--port={endPoint.Port}", "--local=/test/", .. records])
            {
                RedirectStandardError = true,
            })!;
            Dnsmasq server = new(process, endPoint);
            if (await server.AnswersAsync())
            {
                return server;
            }

            await server.DisposeAsync();
        }

        throw new InvalidOperationException("dnsmasq does not start");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        for (int i = 0; i < 500 && !_process.HasExited; i++)
        {
            Resolver resolver = new(new ResolverSettings { Servers = [EndPoint], Timeout = TimeSpan.FromMilliseconds(100), Attempts = 1 }, TimeProvider.System);
            if ((await resolver.ResolveAsync("ready.test")).NameUnknown) return true;
            await Task.Delay(20);
        }

        return false;
    }
}
