using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gibbon.Dns.Wire;

/// <summary>One question as it goes over the wire, with an id that nobody can guess.</summary>
internal sealed class Question
{
    internal const int HeaderLength = 12;
    private const int LongestName = 253;
    private const int LongestLabel = 63;
    private const ushort RecursionDesired = 0x0100;
    private const ushort Internet = 1;

    private Question(string name, RecordType type, byte[] message)
    {
        Name = name;
        Type = type;
        Message = message;
    }

    /// <summary>Lower case, without a final dot.</summary>
    public string Name { get; }

    public RecordType Type { get; }

    /// <summary>The message, header and all.</summary>
    public byte[] Message { get; }

    public ushort Id => BinaryPrimitives.ReadUInt16BigEndian(Message);

    /// <summary>Whether a name can be asked for at all.</summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > LongestName || name.ContainsAnyExceptInRange('!', '~'))
        {
            return false;
        }

        foreach (Range label in name.Split('.'))
        {
            if (name[label].Length is 0 or > LongestLabel)
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="name">A name that <see cref="IsName"/>, lower case.</param>
    /// <param name="type">What to ask for.</param>
    public static Question Create(string name, RecordType type)
    {
        var message = new byte[HeaderLength + name.Length + 2 + 4];
        RandomNumberGenerator.Fill(message.AsSpan(0, 2));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), 1);
        int position = HeaderLength;
        foreach (Range range in name.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> label = name.AsSpan(range);
            message[position++] = (byte)label.Length;
            position += System.Text.Encoding.ASCII.GetBytes(label, message.AsSpan(position));
        }

        position++;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(position), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(position + 2), Internet);
        return new Question(name, type, message);
    }
}
