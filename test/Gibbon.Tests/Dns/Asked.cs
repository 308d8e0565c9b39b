using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Gibbon.Tests.Dns;

/// <summary>A question that a name server was asked.</summary>
internal sealed record Asked(byte[] Message, IPEndPoint From, bool OverTcp)
{
    public ushort Id => BinaryPrimitives.ReadUInt16BigEndian(Message);

    public string Name
    {
        get
        {
            List<string> labels = [];
            for (int position = 12; Message[position] != 0; position += 1 + Message[position])
            {
                labels.Add(Encoding.ASCII.GetString(Message, position + 1, Message[position]));
            }

            return string.Join('.', labels);
        }
    }

    public string Type => BinaryPrimitives.ReadUInt16BigEndian(Message.AsSpan(Message.Length - 4)) switch
    {
        1 => "A",
        5 => "CNAME",
        28 => "AAAA",
        33 => "SRV",
        var other => other.ToString(),
    };

    /// <summary>An answer to it.</summary>
    public Answer Reply() => new(Message);

    /// <summary>The answer with addresses of the type asked for; empty when there are none.</summary>
    public byte[] Addresses(uint timeToLive, params string[] addresses) => addresses
        .Select(IPAddress.Parse)
        .Where(address => Type == (address.GetAddressBytes().Length == 4 ? "A" : "AAAA"))
        .Aggregate(Reply(), (reply, address) => reply.Address(Name, timeToLive, address.ToString()))
        .Build();
}

/// <summary>Writes an answer, record by record.</summary>
internal sealed class Answer(byte[] question)
{
    private readonly List<byte> _records = [];
    private ushort _count;
    private ushort _flags = 0x8180;

    public Answer Code(int code)
    {
        _flags = (ushort)((_flags & 0xfff0) | code);
        return this;
    }

    public Answer Truncated()
    {
        _flags |= 0x0200;
        return this;
    }

    public Answer Address(string name, uint timeToLive, string address)
    {
        byte[] bytes = IPAddress.Parse(address).GetAddressBytes();
        return Record(name, bytes.Length == 4 ? (ushort)1 : (ushort)28, timeToLive, bytes);
    }

    public Answer Alias(string name, uint timeToLive, string target) => Record(name, 5, timeToLive, NameBytes(target));

    public Answer Service(string name, uint timeToLive, ushort priority, ushort weight, ushort port, string target) =>
        Record(name, 33, timeToLive, [.. Number(priority), .. Number(weight), .. Number(port), .. NameBytes(target)]);

    public Answer Record(string name, ushort type, uint timeToLive, byte[] data) =>
        Raw([.. NameBytes(name), .. Number(type), .. Number(1), .. Number((ushort)(timeToLive >> 16)), .. Number((ushort)timeToLive), .. Number((ushort)data.Length), .. data]);

    /// <summary>A record as it goes over the wire, whatever it is.</summary>
    public Answer Raw(params byte[] record)
    {
        _records.AddRange(record);
        _count++;
        return this;
    }

    public byte[] Build()
    {
        byte[] message = [.. question, .. _records];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), _flags);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), _count);
        return message;
    }

    private static byte[] Number(ushort number) => [(byte)(number >> 8), (byte)number];

    private static byte[] NameBytes(string name) => name.Length == 0
        ? [0]
        : [.. name.Split('.').SelectMany(static label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)), 0];
}
