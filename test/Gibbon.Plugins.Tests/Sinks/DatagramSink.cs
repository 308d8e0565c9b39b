using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Gibbon.Plugins.Sinks;

/// <summary>Receives datagrams: on a UDP port, or at a file as syslog does.</summary>
sealed class DatagramSink : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Socket socket;
    readonly Channel<string> arrivals = Channel.CreateUnbounded<string>();
    readonly Task receiving;
    readonly string? file;

    DatagramSink(Socket socket, EndPoint endPoint, string? file)
    {
        this.socket = socket;
        this.file = file;
        socket.Bind(endPoint);
        receiving = ReceiveAsync();
    }

    public int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    public static DatagramSink Udp() =>
        new(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp), new IPEndPoint(IPAddress.Loopback, 0), null);

    public static DatagramSink At(string file) =>
        new(new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(file), file);

    public async Task<string> NextAsync() => await arrivals.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<string[]> NextAsync(int count)
    {
        var all = new string[count];
        for (var i = 0; i < count; i++)
            all[i] = await NextAsync();

        return all;
    }

    /// <summary>All that was sent before this call.</summary>
    public async Task<string[]> ToEndAsync()
    {
        const string end = "the end";
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await sender.SendToAsync(Encoding.UTF8.GetBytes(end), socket.LocalEndPoint!);
        var all = new List<string>();
        while (await NextAsync() is var next && next != end)
            all.Add(next);

        return [.. all];
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await receiving;
        if (file is not null)
            File.Delete(file);
    }

    async Task ReceiveAsync()
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
                arrivals.Writer.TryWrite(Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer)));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The sink is being disposed.
        }
    }
}
