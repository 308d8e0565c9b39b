using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gibbon.Tests.Proxy;

/// <summary>An upstream that does on each connection exactly what a test's script says.</summary>
internal sealed class ScriptedOrigin : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task _accepting;
    private int _connections;
    private int _closed;

    public ScriptedOrigin(Func<Peer, Task> script)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync(script);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Connections that it has closed.</summary>
    public int Closed => Volatile.Read(ref _closed);

    /// <summary>An origin that reads one request head after the other and answers each with the same bytes.</summary>
    public static ScriptedOrigin Answering(string response) => new(async peer =>
    {
        while (await peer.ReadHeadAsync() is not null) await peer.SendAsync(response);
    });

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync(Func<Peer, Task> script)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync();
                socket.NoDelay = true;
                Interlocked.Increment(ref _connections);
                _ = RunAsync(script, new Peer(new NetworkStream(socket, ownsSocket: true), socket));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task RunAsync(Func<Peer, Task> script, Peer peer)
    {
        try
        {
            await script(peer);
        }
        catch (IOException)
        {
            // The gateway hung up in the middle of the script.
        }
        finally
        {
            peer.Close();
            Interlocked.Increment(ref _closed);
        }
    }

    /// <summary>The gateway, seen from the upstream.</summary>
    internal sealed class Peer(Stream stream, Socket socket)
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private string _unread = "";

        public Stream Stream { get; set; } = stream;

        public async Task<string?> ReadHeadAsync()
        {
            int at;
            while ((at = _unread.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
            {
                if (!await FillAsync()) return null;
            }

            return Take(at + 4);
        }

        public async Task<string> ReadAsync(int count)
        {
            while (_unread.Length < count && await FillAsync())
            {
            }

            return Take(Math.Min(count, _unread.Length));
        }

        public async Task<string> ReadUntilAsync(string end)
        {
            int at;
            while ((at = _unread.IndexOf(end, StringComparison.Ordinal)) < 0)
            {
                if (!await FillAsync()) throw new IOException("closed after: " + _unread);
            }

            return Take(at + end.Length);
        }

        public async Task SendAsync(string text) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(text));

        public void Reset() => socket.Close(0);

        public void Close() => Stream.Dispose();

        private string Take(int count)
        {
            var taken = _unread[..count];
            _unread = _unread[count..];
            return taken;
        }

        private async Task<bool> FillAsync()
        {
            var count = await Stream.ReadAsync(_buffer);
            _unread += Encoding.Latin1.GetString(_buffer, 0, count);
            return count > 0;
        }
    }
}
