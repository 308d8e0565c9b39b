using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gibbon.Tests.Proxy;

/// <summary>A client that sends exactly the bytes a test gives it.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _unread = "";

    public static async Task<RawClient> ConnectAsync(EndPoint endPoint)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(endPoint);
        return client;
    }

    /// <summary>Sends the bytes on a connection of their own and reads until the other side closes.</summary>
    public static async Task<string> ExchangeAsync(EndPoint endPoint, string request)
    {
        using var client = await ConnectAsync(endPoint);
        await client.SendAsync(request);
        return await client.ReadToEndAsync();
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Reset() => _socket.Close(0);

    /// <summary>Everything until the other side closes (or resets).</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }

        return Take(_unread.Length);
    }

    /// <summary>One response: head and, by its Content-Length or chunks, body.</summary>
    public async Task<string> ReadResponseAsync(bool withBody = true)
    {
        var head = await ReadUntilAsync("\r\n\r\n");
        if (!withBody || head.StartsWith("HTTP/1.1 1", StringComparison.Ordinal)) return head;
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) return head + await ReadUntilAsync("0\r\n\r\n");

        var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? head : head + await ReadAsync(int.Parse(head[(at + 16)..head.IndexOf('\r', at)], null));
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

    public void Dispose() => _socket.Dispose();

    private string Take(int count)
    {
        var taken = _unread[..count];
        _unread = _unread[count..];
        return taken;
    }

    private async Task<bool> FillAsync()
    {
        try
        {
            var count = await _socket.ReceiveAsync(_buffer).WaitAsync(Patience);
            _unread += Encoding.Latin1.GetString(_buffer, 0, count);
            return count > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
