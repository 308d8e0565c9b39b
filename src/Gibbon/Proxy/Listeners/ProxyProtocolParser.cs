using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Text;

namespace Gibbon.Proxy.Listeners;

/// <summary>How far a PROXY protocol header is.</summary>
internal enum ProxyProtocolState : byte
{
    /// <summary>What is there is right so far; more must come.</summary>
    Incomplete,
    Complete,

    /// <summary>No PROXY protocol header: the connection is closed without an answer, for nobody knows who is speaking.</summary>
    Invalid,
}

/// <summary>Reads a PROXY protocol header, version 1 (text) or 2 (binary).</summary>
internal static class ProxyProtocolParser
{
    /// <summary>No header may be longer; a version 2 header with its extensions stays well below.</summary>
    public const int MaxLength = 4096;

    private const int MaxTextLength = 107;
    private const int BinaryPrefix = 16;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Looks at the first bytes of a connection.</summary>
    /// <param name="bytes">All that was received so far.</param>
    /// <param name="header">The header, once complete.</param>
    /// <param name="length">Its bytes, once complete; what follows belongs to the next protocol.</param>
    public static ProxyProtocolState Parse(ReadOnlySpan<byte> bytes, out ProxyProtocolHeader header, out int length)
    {
        header = ProxyProtocolHeader.Local;
        length = 0;
        if (bytes.IsEmpty) return ProxyProtocolState.Incomplete;

        return bytes[0] == Signature[0]
            ? ParseBinary(bytes, ref header, ref length)
            : ParseText(bytes, ref header, ref length);
    }

    private static ProxyProtocolState ParseText(ReadOnlySpan<byte> bytes, ref ProxyProtocolHeader header, ref int length)
    {
        ReadOnlySpan<byte> start = "PROXY "u8;
        int common = Math.Min(start.Length, bytes.Length);
        if (!bytes[..common].SequenceEqual(start[..common])) return ProxyProtocolState.Invalid;

        int end = bytes[..Math.Min(bytes.Length, MaxTextLength)].IndexOf((byte)'\n');
        if (end < 0) return bytes.Length < MaxTextLength ? ProxyProtocolState.Incomplete : ProxyProtocolState.Invalid;
        if (bytes[end - 1] != '\r') return ProxyProtocolState.Invalid;

        length = end + 1;
        ReadOnlySpan<byte> rest = bytes[start.Length..(end - 1)];
        if (rest.SequenceEqual("UNKNOWN"u8) || rest.StartsWith("UNKNOWN "u8)) return ProxyProtocolState.Complete;

        ReadOnlySpan<byte> family = Word(ref rest);
        bool v6 = family.SequenceEqual("TCP6"u8);
        if (!v6 && !family.SequenceEqual("TCP4"u8)) return ProxyProtocolState.Invalid;

        if (!TryAddress(Word(ref rest), v6, out IPAddress? source)
            || !TryAddress(Word(ref rest), v6, out IPAddress? destination)
            || !TryPort(Word(ref rest), out int sourcePort)
            || !TryPort(rest, out int destinationPort))
        {
            return ProxyProtocolState.Invalid;
        }

        header = new ProxyProtocolHeader(new IPEndPoint(source, sourcePort), new IPEndPoint(destination, destinationPort));
        return ProxyProtocolState.Complete;
    }

    private static ProxyProtocolState ParseBinary(ReadOnlySpan<byte> bytes, ref ProxyProtocolHeader header, ref int length)
    {
        int common = Math.Min(Signature.Length, bytes.Length);
        if (!bytes[..common].SequenceEqual(Signature[..common])) return ProxyProtocolState.Invalid;
        if (bytes.Length < BinaryPrefix) return ProxyProtocolState.Incomplete;

        int total = BinaryPrefix + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (bytes[12] is not (0x20 or 0x21) || total > MaxLength) return ProxyProtocolState.Invalid;
        if (bytes.Length < total) return ProxyProtocolState.Incomplete;

        length = total;
        if (bytes[12] == 0x20) return ProxyProtocolState.Complete;

        ReadOnlySpan<byte> addresses = bytes[BinaryPrefix..total];
        int size = (bytes[13] >> 4) switch { 1 => 4, 2 => 16, _ => 0 };
        if (size == 0) return (bytes[13] >> 4) is 0 or 3 ? ProxyProtocolState.Complete : ProxyProtocolState.Invalid;
        if (addresses.Length < (2 * size) + 4) return ProxyProtocolState.Invalid;

        header = new ProxyProtocolHeader(
            new IPEndPoint(new IPAddress(addresses[..size]), BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size)..])),
            new IPEndPoint(new IPAddress(addresses[size..(2 * size)]), BinaryPrimitives.ReadUInt16BigEndian(addresses[((2 * size) + 2)..])));
        return ProxyProtocolState.Complete;
    }

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> rest)
    {
        int space = rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? rest : rest[..space];
        rest = space < 0 ? default : rest[(space + 1)..];
        return word;
    }

    // IPAddress.Parse takes much that is no address in this protocol: "1", "0x7f.1", scopes, brackets.
    private static bool TryAddress(ReadOnlySpan<byte> word, bool v6, out IPAddress address)
    {
        address = IPAddress.None;
        if (word.IsEmpty || word.IndexOfAnyExcept(v6 ? "0123456789abcdefABCDEF:."u8 : "0123456789."u8) >= 0) return false;
        if (!v6 && (word.Count((byte)'.') != 3 || HasLeadingZero(word))) return false;
        if (v6 && !word.Contains((byte)':')) return false;
        if (!IPAddress.TryParse(Encoding.ASCII.GetString(word), out IPAddress? parsed)) return false;

        address = parsed;
        return true;
    }

    private static bool HasLeadingZero(ReadOnlySpan<byte> dotted)
    {
        for (int i = 0; i + 1 < dotted.Length; i++)
        {
            if (dotted[i] == '0' && dotted[i + 1] != '.' && (i == 0 || dotted[i - 1] == '.')) return true;
        }

        return false;
    }

    private static bool TryPort(ReadOnlySpan<byte> word, out int port) =>
        Utf8Parser.TryParse(word, out port, out int used) && used == word.Length && word[0] is >= (byte)'0' and <= (byte)'9' && port <= 65535;
}
