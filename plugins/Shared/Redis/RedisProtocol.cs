using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Gibbon.Plugins.Shared.Redis;

/// <summary>Writes commands and reads replies (RESP, version 2).</summary>
static class RedisProtocol
{
    // The server's own limit of one value; a reply that says more is none.
    const int LongestValue = 512 * 1024 * 1024;
    const int LongestList = 1024 * 1024;
    const int DeepestList = 32;

    /// <summary>Writes one command.</summary>
    public static void Write(IBufferWriter<byte> output, string[] command)
    {
        WriteCount(output, '*', command.Length);
        foreach (var argument in command)
        {
            WriteCount(output, '$', Encoding.UTF8.GetByteCount(argument));
            Encoding.UTF8.GetBytes(argument, output);
            output.Write("\r\n"u8);
        }
    }

    /// <summary>Reads one reply, if it is there whole.</summary>
    /// <param name="reader">What has come; behind the reply afterwards.</param>
    /// <param name="reply">The reply.</param>
    /// <returns>Whether there was a whole one.</returns>
    /// <exception cref="InvalidDataException">What has come is no reply.</exception>
    public static bool TryRead(ref SequenceReader<byte> reader, out RedisReply reply) => TryRead(ref reader, out reply, DeepestList);

    static bool TryRead(ref SequenceReader<byte> reader, out RedisReply reply, int depth)
    {
        reply = default;
        if (!reader.TryRead(out var kind) || !reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
            return false;

        switch (kind)
        {
            case (byte)'+':
                reply = new RedisReply(line.ToArray());
                return true;
            case (byte)'-':
                reply = new RedisReply(null, Encoding.UTF8.GetString(line));
                return true;
            case (byte)':':
                reply = new RedisReply(Number(line));
                return true;
            case (byte)'$':
                return TryReadValue(ref reader, Number(line), out reply);
            case (byte)'*' when depth > 0:
                return TryReadList(ref reader, Number(line), out reply, depth - 1);
            default:
                throw new InvalidDataException("the server does not speak Redis's protocol");
        }
    }

    static bool TryReadValue(ref SequenceReader<byte> reader, long length, out RedisReply reply)
    {
        reply = default;
        if (length < 0)
            return true;

        if (length > LongestValue)
            throw new InvalidDataException("a value of the server is too long");

        if (reader.Remaining < length + 2)
            return false;

        var value = new byte[length];
        reader.TryCopyTo(value);
        reader.Advance(length + 2);
        reply = new RedisReply(value);
        return true;
    }

    static bool TryReadList(ref SequenceReader<byte> reader, long count, out RedisReply reply, int depth)
    {
        reply = default;
        if (count < 0)
            return true;

        if (count > LongestList)
            throw new InvalidDataException("a list of the server is too long");

        var list = new List<RedisReply>();
        for (var i = 0; i < count; i++)
        {
            if (!TryRead(ref reader, out var item, depth))
                return false;

            list.Add(item);
        }

        reply = new RedisReply(list);
        return true;
    }

    static long Number(ReadOnlySequence<byte> line)
    {
        Span<byte> digits = stackalloc byte[24];
        if (line.Length > digits.Length)
            throw new InvalidDataException("a number of the server is too long");

        line.CopyTo(digits);
        return Utf8Parser.TryParse(digits[..(int)line.Length], out long number, out var used) && used == line.Length
            ? number
            : throw new InvalidDataException("a number of the server is none");
    }

    static void WriteCount(IBufferWriter<byte> output, char kind, int count) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}{count}\r\n"), output);
}
