using System.Formats.Asn1;
using System.Text;

namespace Gibbon.Plugins.LdapAuth;

/// <summary>The few messages of LDAP that a login needs (RFC 4511).</summary>
static class LdapMessage
{
    const string StartTls = "1.3.6.1.4.1.1466.20037";
    const int LongestMessage = 1 << 20;

    static readonly Asn1Tag BindRequest = new(TagClass.Application, 0, isConstructed: true);
    static readonly Asn1Tag ExtendedRequest = new(TagClass.Application, 23, isConstructed: true);
    static readonly Asn1Tag Simple = new(TagClass.ContextSpecific, 0);

    /// <summary>Asks to be taken for somebody who knows a password.</summary>
    public static byte[] Bind(int id, string name, string password) => Message(id, BindRequest, writer =>
    {
        writer.WriteInteger(3);
        writer.WriteOctetString(Encoding.UTF8.GetBytes(name));
        writer.WriteOctetString(Encoding.UTF8.GetBytes(password), Simple);
    });

    /// <summary>Asks for TLS on this connection.</summary>
    public static byte[] AskForTls(int id) => Message(id, ExtendedRequest, static writer => writer.WriteOctetString(Encoding.ASCII.GetBytes(StartTls), Simple));

    /// <summary>Reads an answer.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="id">The id of the question.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The result, and what the directory says of it.</returns>
    /// <exception cref="IOException">The connection ended, or what came is no answer.</exception>
    public static async ValueTask<LdapResult> ReadAsync(Stream stream, int id, CancellationToken cancellation)
    {
        var message = await ReadWholeAsync(stream, cancellation);
        try
        {
            var content = new AsnReader(message, AsnEncodingRules.BER).ReadSequence();
            if (!content.TryReadInt32(out var answered) || answered != id)
                throw new IOException("the directory answers another question");

            var result = content.ReadSequence(content.PeekTag());
            var code = Convert.ToInt32(result.ReadEnumeratedBytes().Span[0]);
            result.ReadOctetString();
            return new LdapResult(code, Encoding.UTF8.GetString(result.ReadOctetString()));
        }
        catch (AsnContentException broken)
        {
            throw new IOException("the directory does not speak LDAP", broken);
        }
    }

    static byte[] Message(int id, Asn1Tag tag, Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            using (writer.PushSequence(tag))
                write(writer);
        }

        return writer.Encode();
    }

    /// <summary>Reads one message: what it is and how long comes first.</summary>
    static async ValueTask<byte[]> ReadWholeAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new byte[6];
        await stream.ReadExactlyAsync(head.AsMemory(0, 2), cancellation);
        var (headLength, length) = (2, (int)head[1]);
        if (head[0] != 0x30 || length is 0x80 or > 0x84)
            throw new IOException("the directory does not speak LDAP");

        if (length > 0x80)
        {
            headLength += length & 0x7f;
            await stream.ReadExactlyAsync(head.AsMemory(2, headLength - 2), cancellation);
            length = 0;
            foreach (var part in head.AsSpan(2, headLength - 2))
                length = (length << 8) | part;
        }

        if (length is < 0 or > LongestMessage)
            throw new IOException("an answer of the directory is too long");

        var message = new byte[headLength + length];
        head.AsSpan(0, headLength).CopyTo(message);
        await stream.ReadExactlyAsync(message.AsMemory(headLength), cancellation);
        return message;
    }
}

/// <summary>What a directory answers.</summary>
/// <param name="Code">0 is success, 49 wrong credentials (RFC 4511, appendix A).</param>
/// <param name="Text">What the directory says of it.</param>
readonly record struct LdapResult(int Code, string Text);
