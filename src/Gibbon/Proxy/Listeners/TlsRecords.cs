using System.Buffers.Binary;

namespace Gibbon.Proxy.Listeners;

/// <summary>How a connection to a TLS listener begins.</summary>
internal enum HelloState : byte
{
    Incomplete,

    /// <summary>The whole ClientHello is there.</summary>
    Complete,

    /// <summary>Something that is not TLS; probably HTTP in clear.</summary>
    NotTls,

    /// <summary>TLS, but a hello that no client sends: too long, or in pieces that make no sense.</summary>
    Malformed,
}

/// <summary>Finds the ClientHello in the first records of a connection, without consuming them.</summary>
internal static class TlsRecords
{
    /// <summary>A hello with many post-quantum key shares takes a few KiB.</summary>
    public const int MaxHello = 64 * 1024;

    private const int RecordHeader = 5;
    private const int MaxRecord = 16 * 1024;

    /// <summary>Looks at all that was received; <paramref name="hello"/> is the handshake message, joined if several records carry it.</summary>
    public static HelloState Find(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> hello)
    {
        hello = default;
        if (bytes.IsEmpty) return HelloState.Incomplete;
        if (bytes[0] != 0x16) return (bytes[0] & 0x80) != 0 ? HelloState.Malformed : HelloState.NotTls;

        byte[]? joined = null;
        var have = 0;
        while (true)
        {
            if (bytes.Length < RecordHeader) return HelloState.Incomplete;

            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
            if (bytes[0] != 0x16 || bytes[1] != 3 || length is 0 or > MaxRecord) return HelloState.Malformed;

            ReadOnlySpan<byte> piece = bytes[RecordHeader..Math.Min(bytes.Length, RecordHeader + length)];
            if (joined is null)
            {
                if (piece.Length < 4) return length < 4 ? HelloState.Malformed : HelloState.Incomplete;

                int total = 4 + ((piece[1] << 16) | (piece[2] << 8) | piece[3]);
                if (piece[0] != 1 || total > MaxHello) return HelloState.Malformed;
                if (piece.Length >= total)
                {
                    hello = piece[..total];
                    return HelloState.Complete;
                }

                if (piece.Length < length) return HelloState.Incomplete;
                joined = new byte[total];
            }

            piece = piece[..Math.Min(piece.Length, joined.Length - have)];
            piece.CopyTo(joined.AsSpan(have));
            have += piece.Length;
            if (have == joined.Length)
            {
                hello = joined;
                return HelloState.Complete;
            }

            if (bytes.Length < RecordHeader + length) return HelloState.Incomplete;
            bytes = bytes[(RecordHeader + length)..];
        }
    }
}
