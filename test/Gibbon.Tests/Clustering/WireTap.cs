using System.Buffers.Binary;
using System.Text;

namespace Gibbon.Tests.Clustering;

/// <summary>A frame as it was on the wire.</summary>
internal sealed record TappedFrame(int Opcode, bool IsFinal, int Reserved, bool IsMasked, byte[] Payload, byte[] Head)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    public string Name => Opcode switch { 1 => "text", 2 => "binary", 8 => "close", 9 => "ping", 10 => "pong", _ => Opcode.ToString() };
}

/// <summary>Reads and writes heads and WebSocket frames byte by byte, without any of the gateway's own code.</summary>
internal sealed class WireTap(Stream stream, bool masks) : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public Task WriteAsync(string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    public Task WriteAsync(byte[] bytes) => stream.WriteAsync(bytes).AsTask();

    /// <summary>A head with its empty line; what came when the connection ended before that.</summary>
    public async Task<string> ReadHeadAsync()
    {
        List<byte> head = [];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await ReadAsync(1) is not { } next)
            {
                break;
            }

            head.AddRange(next);
        }

        return Encoding.Latin1.GetString([.. head]);
    }

    /// <summary>So many bytes; null when there are not as many.</summary>
    public async Task<byte[]?> ReadAsync(int count)
    {
        using CancellationTokenSource patience = new(Patience);
        var bytes = new byte[count];
        try
        {
            return await stream.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, patience.Token) == count ? bytes : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The next frame; null when the connection has ended.</summary>
    public async Task<TappedFrame?> ReadFrameAsync()
    {
        if (await ReadAsync(2) is not { } head)
        {
            return null;
        }

        long length = head[1] & 0x7f;
        if (length >= 126)
        {
            byte[] more = (await ReadAsync(length == 126 ? 2 : 8))!;
            length = length == 126 ? BinaryPrimitives.ReadUInt16BigEndian(more) : BinaryPrimitives.ReadInt64BigEndian(more);
            head = [.. head, .. more];
        }

        byte[] mask = (head[1] & 0x80) == 0 ? [] : (await ReadAsync(4))!;
        byte[] payload = (await ReadAsync((int)length))!;
        for (int i = 0; mask.Length > 0 && i < payload.Length; i++)
        {
            payload[i] ^= mask[i % 4];
        }

        return new TappedFrame(head[0] & 0xf, (head[0] & 0x80) != 0, (head[0] >> 4) & 7, mask.Length > 0, payload, [.. head, .. mask]);
    }

    /// <summary>The next frame of a kind; others are passed over.</summary>
    public async Task<TappedFrame> ReadFrameAsync(string name)
    {
        while (true)
        {
            TappedFrame frame = await ReadFrameAsync() ?? throw new EndOfStreamException($"the connection ended before a frame '{name}' came");
            if (frame.Name == name)
            {
                return frame;
            }
        }
    }

    public Task SendAsync(string name, string payload = "") => SendAsync(name, Encoding.UTF8.GetBytes(payload));

    public Task SendAsync(string name, byte[] payload, bool? masked = null)
    {
        int opcode = name switch { "continuation" => 0, "text" => 1, "binary" => 2, "close" => 8, "ping" => 9, "pong" => 10, _ => 3 };
        List<byte> frame = [(byte)(0x80 | opcode)];
        byte mask = masked ?? masks ? (byte)0x80 : (byte)0;
        if (payload.Length > ushort.MaxValue)
        {
            var length = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
            frame.AddRange([(byte)(mask | 127), .. length]);
        }
        else if (payload.Length > 125)
        {
            frame.AddRange([(byte)(mask | 126), (byte)(payload.Length >> 8), (byte)payload.Length]);
        }
        else
        {
            frame.Add((byte)(mask | payload.Length));
        }

        // A mask of zeros leaves the payload as it is.
        return WriteAsync([.. frame, .. mask != 0 ? new byte[4] : [], .. payload]);
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
