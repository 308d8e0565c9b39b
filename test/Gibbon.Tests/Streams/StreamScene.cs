using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gibbon.Loopback;
using Gibbon.Pdk;
using Gibbon.Testing;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Streams;

/// <summary>A gateway with listeners for streams, and clients for them.</summary>
internal sealed class StreamScene : IAsyncDisposable
{
    private StreamScene(TestGateway gateway, int[] ports)
    {
        Gateway = gateway;
        Ports = ports;
    }

    public TestGateway Gateway { get; }

    /// <summary>The listeners' ports, in the order of their flags.</summary>
    public int[] Ports { get; }

    /// <param name="flags">The flags of each listener: "", "ssl", "udp", "proxy_protocol".</param>
    /// <param name="configuration">The configuration, given the listeners' ports.</param>
    /// <param name="settings">More settings.</param>
    /// <param name="plugins">Plugins of the test's own.</param>
    public static async Task<StreamScene> StartAsync(
        string[] flags, Func<int[], string> configuration, Dictionary<string, string>? settings = null, params Plugin[] plugins)
    {
        int[] ports = FreePorts.Take(flags.Length);
        var all = new Dictionary<string, string>(settings ?? [])
        {
            ["stream_listen"] = string.Join(", ", flags.Select((flag, index) => $"127.0.0.1:{ports[index]} {flag}".Trim())),
        };
        return new StreamScene(await TestGateway.StartAsync("_format_version: \"3.0\"\n" + configuration(ports), all, plugins), ports);
    }

    public async Task<Socket> ConnectAsync(int listener = 0)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Ports[listener], TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Says something and gives what comes back until the end; "reset" for a connection that ends badly.</summary>
    public async Task<string> AskAsync(string text, int listener = 0)
    {
        using Socket socket = await ConnectAsync(listener);
        await using NetworkStream stream = new(socket);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return "reset";
        }

        return await ReadToEndAsync(stream);
    }

    /// <summary>As <see cref="AskAsync"/>, over TLS; the server's certificate comes first.</summary>
    public async Task<(string Subject, string Answer)> AskOverTlsAsync(string text, string? serverName, int listener = 0)
    {
        using Socket socket = await ConnectAsync(listener);
        await using SslStream stream = new(new NetworkStream(socket), false, static (_, _, _, _) => true);
        await stream.AuthenticateAsClientAsync(serverName ?? "");
        string subject = stream.RemoteCertificate!.Subject;
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        var answer = new byte[text.Length + 2];
        await stream.ReadExactlyAsync(answer);
        return (subject, Encoding.ASCII.GetString(answer));
    }

    public static async Task<string> ReadToEndAsync(Stream stream)
    {
        MemoryStream all = new();
        try
        {
            await stream.CopyToAsync(all, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return "reset";
        }

        return Encoding.ASCII.GetString(all.ToArray());
    }

    /// <summary>The access log's lines without addresses and times, once there are so many of them.</summary>
    public async Task<string[]> AccessLogAsync(int lines)
    {
        string[] found = [];
        await Wait.UntilAsync(() =>
        {
            string path = Path.Combine(Gateway.Prefix, "logs", "access.log");
            if (!File.Exists(path)) return false;
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(file);
            found = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line[(line.IndexOf(']') + 2)..line.LastIndexOf(' ')])];
            return found.Length >= lines;
        });
        return found;
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

/// <summary>A service over TCP: does what a test says with each connection.</summary>
internal sealed class StreamServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Stream, Task> _serve;
    private readonly X509Certificate2? _certificate;
    private readonly Task _work;
    private int _open;

    public StreamServer(Func<Stream, Task> serve, X509Certificate2? certificate = null)
    {
        _serve = serve;
        _certificate = certificate;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _work = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Connections that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Sends back what comes, after "E:", piece by piece, and ends when its client has ended.</summary>
    public static StreamServer Echo(X509Certificate2? certificate = null) => new(
        static async stream =>
        {
            var buffer = new byte[4096];
            bool first = true;
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0)
            {
                if (first) await stream.WriteAsync("E:"u8.ToArray());
                first = false;
                await stream.WriteAsync(buffer.AsMemory(0, count));
            }
        },
        certificate);

    public async ValueTask DisposeAsync()
    {
        if (_work.IsCompleted) return;

        await _stop.CancelAsync();
        _listener.Dispose();
        await _work;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _open);
        try
        {
            await using NetworkStream clear = new(socket, ownsSocket: true);
            if (_certificate is null)
            {
                await _serve(clear);
                return;
            }

            await using SslStream secure = new(clear);
            await secure.AuthenticateAsServerAsync(_certificate);
            await _serve(secure);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The other side has gone, which a test may want.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
