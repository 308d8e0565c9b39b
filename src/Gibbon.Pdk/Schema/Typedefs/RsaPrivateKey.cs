using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// RSA keys, which the TLS library takes milliseconds to import: of a whole key whose numbers fit each other, what is public can be had without it.
/// </summary>
static class RsaPrivateKey
{
    const int ShortestModulus = 1024;
    const int LongestModulus = 16384;

    // Nine numbers, none longer than the modulus.
    const int LongestText = 16384;

    /// <summary>The public half of a private key, as SubjectPublicKeyInfo; <c>null</c> when somebody else must judge it, as with any that is not plainly right.</summary>
    /// <param name="text">A text with the key.</param>
    /// <param name="fields">Where it is in the text.</param>
    /// <param name="isWrapped">Whether it is PKCS #8 (RFC 5958), and not the bare key (RFC 8017, A.1.2).</param>
    public static byte[]? PublicHalf(string text, PemFields fields, bool isWrapped)
    {
        // With a second block it is not said which of them is the key.
        if (text.Length > LongestText || PemEncoding.TryFind(text.AsSpan()[fields.Location.End..], out _))
        {
            return null;
        }
        try
        {
            using var content = PemContent.Of(text, fields);
            return PublicHalf(isWrapped ? Unwrap(content.Bytes) : content.Bytes);
        }
        catch (Exception failure) when (failure is AsnContentException or CryptographicException)
        {
            return null;
        }
    }

    static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> content)
    {
        var info = Whole(content);
        Expect(info.ReadInteger().IsZero);
        var algorithm = info.ReadSequence();
        algorithm.ReadObjectIdentifier();
        algorithm.ReadNull();
        algorithm.ThrowIfNotEmpty();
        Expect(info.TryReadPrimitiveOctetString(out var key));
        info.ThrowIfNotEmpty();
        return key;
    }

    static byte[]? PublicHalf(ReadOnlyMemory<byte> key)
    {
        var numbers = Whole(key);
        Expect(numbers.ReadInteger().IsZero);
        var n = numbers.ReadInteger();
        var e = numbers.ReadInteger();
        var d = numbers.ReadInteger();
        var p = numbers.ReadInteger();
        var q = numbers.ReadInteger();
        var dp = numbers.ReadInteger();
        var dq = numbers.ReadInteger();
        var inverse = numbers.ReadInteger();
        numbers.ThrowIfNotEmpty();
        var isRight = n.GetBitLength() is >= ShortestModulus and <= LongestModulus && n.GetBitLength() % 8 == 0
            && e > 2 && !e.IsEven && e.GetBitLength() <= 33
            && p > 2 && q > 2 && !p.IsEven && !q.IsEven && p != q && p * q == n
            && d.Sign > 0 && d < n
            && FitsPrime(p, dp) && FitsPrime(q, dq)
            && inverse.Sign > 0 && inverse < p && (inverse * q % p).IsOne;
        return isRight ? Info(n, e) : null;

        bool FitsPrime(BigInteger prime, BigInteger exponent) =>
            exponent.Sign > 0 && exponent == d % (prime - 1) && (exponent * e % (prime - 1)).IsOne;
    }

    static AsnReader Whole(ReadOnlyMemory<byte> bytes)
    {
        var all = new AsnReader(bytes, AsnEncodingRules.DER);
        var sequence = all.ReadSequence();
        all.ThrowIfNotEmpty();
        return sequence;
    }

    static byte[] Info(BigInteger n, BigInteger e)
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteInteger(n);
            key.WriteInteger(e);
        }
        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                info.WriteNull();
            }
            info.WriteBitString(key.Encode());
        }
        return info.Encode();
    }

    static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new AsnContentException();
        }
    }
}
