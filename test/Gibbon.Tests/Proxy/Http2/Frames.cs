using System.Buffers.Binary;
using System.Text;

namespace Gibbon.Tests.Proxy.Http2;

/// <summary>A client of HTTP/2 that sends whatever frames a test scripts, well-formed or not.</summary>
internal sealed class Frames(Stream stream) : IAsyncDisposable
{
    public const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte EndStream = 1, EndHeaders = 4;

    public static async Task<Frames> OpenAsync(Stream stream)
    {
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        var frames = new Frames(stream);
        await frames.SendAsync(Settings, 0, 0, []);
        return frames;
    }

    public async Task SendAsync(byte type, byte flags, int streamId, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        frame[1] = (byte)(payload.Length >> 8);
        frame[2] = (byte)payload.Length;
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamId);
        payload.CopyTo(frame, 9);
        await stream.WriteAsync(frame);
    }

    /// <summary>A header block of literal fields, without any compression.</summary>
    public static byte[] Block(params (string Name, string Value)[] fields)
    {
        var block = new List<byte>();
        foreach ((string name, string value) in fields)
        {
            block.Add(0);
            Text(name);
            Text(value);
        }

        return [.. block];

        void Text(string text)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            if (bytes.Length < 127)
            {
                block.Add((byte)bytes.Length);
            }
            else
            {
                block.Add(127);
                int rest = bytes.Length - 127;
                for (; rest >= 128; rest /= 128) block.Add((byte)((rest % 128) + 128));
                block.Add((byte)rest);
            }

            block.AddRange(bytes);
        }
    }

    public static (string Name, string Value)[] Request(string path, params (string Name, string Value)[] more) =>
        [(":method", "GET"), (":scheme", "http"), (":path", path), (":authority", "api.test"), .. more];

    /// <summary>The next frame other than SETTINGS, WINDOW_UPDATE and PING; type 255 when the connection has ended.</summary>
    public async Task<(byte Type, byte Flags, int Stream, byte[] Payload)> ReadAsync()
    {
        while (true)
        {
            var head = new byte[9];
            try
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
                await stream.ReadExactlyAsync(head, limit.Token);
                var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                await stream.ReadExactlyAsync(payload, limit.Token);
                if (head[3] is Settings or WindowUpdate or 6) continue;

                return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
            }
            catch (Exception e) when (e is EndOfStreamException or IOException)
            {
                return (255, 0, 0, []);
            }
        }
    }

    /// <summary>Reads until a GOAWAY, a reset or the end, and gives its type and error code; other frames are passed over.</summary>
    public async Task<(byte Type, int Code)> ReadEndAsync()
    {
        while (true)
        {
            var frame = await ReadAsync();
            switch (frame.Type)
            {
                case Reset: return (Reset, BinaryPrimitives.ReadInt32BigEndian(frame.Payload));
                case GoAway: return (GoAway, BinaryPrimitives.ReadInt32BigEndian(frame.Payload.AsSpan(4)));
                case 255: return (255, 0);
            }
        }
    }

    public async ValueTask DisposeAsync() => await stream.DisposeAsync();
}
