using System.Buffers.Binary;

namespace Gibbon.Plugins.Shared.Grpc;

/// <summary>gRPC's frames: a flag, a length, and a message.</summary>
static class GrpcFrames
{
    /// <summary>The flag of a message as it is.</summary>
    public const byte Message = 0;

    /// <summary>The flag of a message that is compressed.</summary>
    public const byte Compressed = 1;

    /// <summary>The flag of the trailers in gRPC-Web.</summary>
    public const byte Trailers = 0x80;

    const int HeadLength = 5;

    /// <summary>Puts a message into a frame.</summary>
    public static byte[] Frame(byte flag, ReadOnlySpan<byte> message)
    {
        var frame = new byte[HeadLength + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(HeadLength));
        return frame;
    }

    /// <summary>Takes the first message out of frames.</summary>
    /// <param name="data">The frames; what follows the first one when this returns true.</param>
    /// <param name="message">The message.</param>
    /// <returns>Whether there was a whole frame.</returns>
    /// <exception cref="InvalidDataException">The message is compressed, which nobody asked for.</exception>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> data, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (data.Length < HeadLength)
            return false;

        var length = BinaryPrimitives.ReadUInt32BigEndian(data[1..]);
        if (length > (uint)(data.Length - HeadLength))
            return false;

        if (data[0] != Message)
            throw new InvalidDataException("a frame is compressed");

        message = data.Slice(HeadLength, (int)length);
        data = data[(HeadLength + (int)length)..];
        return true;
    }
}
