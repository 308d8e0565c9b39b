using System.Buffers.Binary;
using System.Net;

namespace Gibbon.Dns.Wire;

internal enum ReadOutcome
{
    Read,

    /// <summary>It answers another question, or none: somebody guesses, or it comes too late. The right answer may still come.</summary>
    NotOurs,

    /// <summary>The server has more to say than a datagram takes.</summary>
    Truncated,

    Malformed,
}

/// <summary>
/// Reads answers, and believes nothing that was not asked for: the id and the question must be ours, and of the records only those count that
/// are of the name asked for, or of the names that it leads to by CNAME records in the same answer.
/// </summary>
internal static class ReplyReader
{
    private const int MostAliases = 16;
    private const ushort Internet = 1;

    public static ReadOutcome Read(ReadOnlySpan<byte> message, Question question, out Reply reply)
    {
        reply = Reply.Empty;
        if (!IsOurs(message, question))
        {
            return ReadOutcome.NotOurs;
        }

        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((flags & 0x0200) != 0)
        {
            return ReadOutcome.Truncated;
        }

        int code = flags & 0x0f;
        if (code != 0)
        {
            reply = Reply.OfCode(code);
            return ReadOutcome.Read;
        }

        if (!TryReadRecords(message, question, out List<AnswerRecord> records))
        {
            return ReadOutcome.Malformed;
        }

        reply = Follow(records, question);
        return ReadOutcome.Read;
    }

    // A response to a plain query, with our id and, but for the case of its letters, our question.
    private static bool IsOurs(ReadOnlySpan<byte> message, Question question)
    {
        ReadOnlySpan<byte> asked = question.Message;
        if (message.Length < asked.Length
            || !message[..2].SequenceEqual(asked[..2])
            || (message[2] & 0xf8) != 0x80
            || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
        {
            return false;
        }

        int position = Question.HeaderLength;
        return WireName.TryRead(message, ref position, out string name)
            && name == question.Name
            && position + 4 <= message.Length
            && message.Slice(position, 4).SequenceEqual(asked[^4..]);
    }

    private static bool TryReadRecords(ReadOnlySpan<byte> message, Question question, out List<AnswerRecord> records)
    {
        records = [];
        int count = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        int position = question.Message.Length;
        for (int index = 0; index < count; index++)
        {
            if (!WireName.TryRead(message, ref position, out string name) || position + 10 > message.Length)
            {
                return false;
            }

            ReadOnlySpan<byte> head = message.Slice(position, 10);
            int length = BinaryPrimitives.ReadUInt16BigEndian(head[8..]);
            position += 10;
            if (position + length > message.Length)
            {
                return false;
            }

            var type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(head);
            if (BinaryPrimitives.ReadUInt16BigEndian(head[2..]) == Internet && (type == question.Type || type == RecordType.Cname))
            {
                if (!TryReadData(message[..(position + length)], position, type, out AnswerRecord record))
                {
                    return false;
                }

                records.Add(record with { Name = name, TimeToLive = SaneTime(BinaryPrimitives.ReadUInt32BigEndian(head[4..])) });
            }

            position += length;
        }

        return true;
    }

    private static bool TryReadData(ReadOnlySpan<byte> message, int position, RecordType type, out AnswerRecord record)
    {
        ReadOnlySpan<byte> data = message[position..];
        record = default;
        switch (type)
        {
            case RecordType.A when data.Length == 4:
            case RecordType.Aaaa when data.Length == 16:
                record = new AnswerRecord(type) { Address = new IPAddress(data) };
                return true;
            case RecordType.Cname when WireName.TryRead(message, ref position, out string target) && position == message.Length:
                record = new AnswerRecord(type) { Target = target };
                return true;
            case RecordType.Srv when data.Length > 6:
                int name = position + 6;
                if (!WireName.TryRead(message, ref name, out string host) || name != message.Length)
                {
                    return false;
                }

                record = new AnswerRecord(type)
                {
                    Service = new SrvRecord(
                        BinaryPrimitives.ReadUInt16BigEndian(data), BinaryPrimitives.ReadUInt16BigEndian(data[2..]), BinaryPrimitives.ReadUInt16BigEndian(data[4..]), host),
                };
                return true;
            default:
                return false;
        }
    }

    // From the name asked for along its CNAME records to the records themselves. A chain that bites its tail has no end.
    private static Reply Follow(List<AnswerRecord> records, Question question)
    {
        string name = question.Name;
        uint timeToLive = uint.MaxValue;
        for (int aliases = 0; aliases <= MostAliases; aliases++)
        {
            List<AnswerRecord> found = records.FindAll(record => record.Type == question.Type && record.Name == name);
            if (found.Count > 0)
            {
                return ReplyOf(found, question.Type, timeToLive);
            }

            int alias = records.FindIndex(record => record.Type == RecordType.Cname && record.Name == name);
            if (alias < 0)
            {
                return aliases == 0 ? Reply.Empty : new Reply(ReplyKind.Alias) { Alias = name, TimeToLive = timeToLive };
            }

            timeToLive = Math.Min(timeToLive, records[alias].TimeToLive);
            name = records[alias].Target!;
        }

        return Reply.Recursion;
    }

    private static Reply ReplyOf(List<AnswerRecord> found, RecordType type, uint timeToLive)
    {
        timeToLive = Math.Min(timeToLive, found.Min(static record => record.TimeToLive));
        if (type == RecordType.Cname)
        {
            return new Reply(ReplyKind.Alias) { Alias = found[0].Target, TimeToLive = timeToLive };
        }

        if (type != RecordType.Srv)
        {
            return new Reply(ReplyKind.Records) { Addresses = [.. found.Select(static record => record.Address!)], TimeToLive = timeToLive };
        }

        // The root as a target says that the service is not to be had there (RFC 2782).
        SrvRecord[] services = [.. found.Select(static record => record.Service!).Where(static service => service.Target.Length > 0)];
        return services.Length == 0 ? Reply.Empty : new Reply(ReplyKind.Records) { Services = services, TimeToLive = timeToLive };
    }

    // A time with the highest bit set counts as none (RFC 2181, 8).
    private static uint SaneTime(uint seconds) => seconds > int.MaxValue ? 0 : seconds;

    private readonly record struct AnswerRecord(RecordType Type)
    {
        public string Name { get; init; } = "";

        public uint TimeToLive { get; init; }

        public IPAddress? Address { get; init; }

        public string? Target { get; init; }

        public SrvRecord? Service { get; init; }
    }
}
