using System.Buffers.Binary;
using System.Text;

namespace Gibbon.Certificates;

/// <summary>
/// What the gateway reads of a TLS ClientHello before the handshake: the server name exactly as it was sent and what tells an RSA client
/// from an ECDSA one. It only looks; the TLS library judges the hello. Spans point into the bytes given to <see cref="Parse"/>.
/// </summary>
internal readonly ref struct ClientHello
{
    private ClientHello(ReadOnlySpan<byte> name, ReadOnlySpan<byte> algorithms, bool tls13, bool ecdsaSuite)
    {
        ServerNameBytes = name;
        SignatureAlgorithms = algorithms;
        OffersTls13 = tls13;
        OffersEcdsaSuite = ecdsaSuite;
    }

    /// <summary>The name of the SNI extension; empty when there is none.</summary>
    public ReadOnlySpan<byte> ServerNameBytes { get; }

    /// <summary>Code points of two bytes each, the client's favourite first.</summary>
    public ReadOnlySpan<byte> SignatureAlgorithms { get; }

    public bool OffersTls13 { get; }

    /// <summary>Whether a TLS 1.2 suite with ECDSA is offered.</summary>
    public bool OffersEcdsaSuite { get; }

    public string? ServerName => ServerNameBytes.IsEmpty ? null : Encoding.Latin1.GetString(ServerNameBytes);

    /// <summary>Reads the handshake message (its type and length first). What is malformed is left out.</summary>
    public static ClientHello Parse(ReadOnlySpan<byte> message)
    {
        var reader = new Reader(message);
        if (reader.Byte() != 1) return default;

        reader = new Reader(reader.Vector(3));
        reader.Skip(2 + 32);
        reader.Vector(1);
        bool ecdsaSuite = HasEcdsaSuite(reader.Vector(2));
        reader.Vector(1);
        var extensions = new Reader(reader.Vector(2));
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> algorithms = default;
        var tls13 = false;
        while (!extensions.AtEnd)
        {
            int type = extensions.Number(2);
            var body = new Reader(extensions.Vector(2));
            switch (type)
            {
                case 0:
                    var names = new Reader(body.Vector(2));
                    if (names.Byte() == 0) name = names.Vector(2);
                    break;
                case 13:
                    algorithms = body.Vector(2);
                    break;
                case 43:
                    tls13 = Contains(body.Vector(1), 0x0304);
                    break;
            }
        }

        return new ClientHello(name, algorithms, tls13, ecdsaSuite);
    }

    private static bool Contains(ReadOnlySpan<byte> numbers, ushort wanted)
    {
        for (; numbers.Length >= 2; numbers = numbers[2..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(numbers) == wanted) return true;
        }

        return false;
    }

    private static bool HasEcdsaSuite(ReadOnlySpan<byte> suites)
    {
        for (; suites.Length >= 2; suites = suites[2..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(suites) is
                0xC009 or 0xC00A or 0xC023 or 0xC024 or 0xC02B or 0xC02C or 0xC0AC or 0xC0AD or 0xC0AE or 0xC0AF or 0xCCA9)
            {
                return true;
            }
        }

        return false;
    }

    // Reads past the end give zeros and empty vectors, so that a mangled hello needs no checks.
    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public readonly bool AtEnd => _rest.IsEmpty;

        public int Byte() => Number(1);

        public int Number(int size)
        {
            var value = 0;
            foreach (byte b in Take(size)) value = (value << 8) | b;
            return value;
        }

        public void Skip(int count) => Take(count);

        public ReadOnlySpan<byte> Vector(int sizeOfLength) => Take(Number(sizeOfLength));

        private ReadOnlySpan<byte> Take(int count)
        {
            ReadOnlySpan<byte> taken = _rest[..Math.Min(count, _rest.Length)];
            _rest = _rest[taken.Length..];
            return taken;
        }
    }
}
