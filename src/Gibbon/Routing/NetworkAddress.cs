using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gibbon.Routing;

/// <summary>An IP address as a number, so that a range is a mask and nothing is allocated. The default is "no address".</summary>
internal readonly record struct NetworkAddress(UInt128 Value, int Bits)
{
    /// <summary>True when there is no address.</summary>
    public bool IsNone => Bits == 0;

    /// <summary>The number of an address; an IPv4 address mapped into IPv6 counts as IPv4.</summary>
    public static NetworkAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        if (written == 4)
        {
            return new NetworkAddress(BinaryPrimitives.ReadUInt32BigEndian(bytes), 32);
        }

        return address.IsIPv4MappedToIPv6
            ? new NetworkAddress(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), 32)
            : new NetworkAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes), 128);
    }

    /// <summary>Reads dotted or colon notation, and nothing else that <see cref="IPAddress"/> would take.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out NetworkAddress address)
    {
        bool six = text.Contains(':');
        if (text.Contains('%') || text.Contains('[') || !IPAddress.TryParse(text, out IPAddress? parsed)
            || (six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork) != parsed.AddressFamily
            || (!six && text.Count('.') != 3))
        {
            address = default;
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        parsed.TryWriteBytes(bytes, out _);
        address = six
            ? new NetworkAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes), 128)
            : new NetworkAddress(BinaryPrimitives.ReadUInt32BigEndian(bytes), 32);
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return IsNone ? "" : new IPAddress(Bits == 32 ? bytes[12..] : bytes).ToString();
    }
}
