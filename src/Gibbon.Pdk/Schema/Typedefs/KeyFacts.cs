using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Gibbon.Pdk.Schemas;

/// <summary>What is to be known of a key: nothing that is secret.</summary>
/// <param name="Algorithm">The kind of key: an object identifier.</param>
/// <param name="PublicKey">The public half, as SubjectPublicKeyInfo (RFC 5280); <c>null</c> when .NET does not know the kind of key.</param>
sealed record KeyFacts(string Algorithm, byte[]? PublicKey)
{
    const string RsaEncryption = "1.2.840.113549.1.1.1";
    const string RsaPss = "1.2.840.113549.1.1.10";
    const string EcPublicKey = "1.2.840.10045.2.1";

    /// <summary>Reads the key of a text; <c>null</c> when there is none, or none that can be used.</summary>
    public static KeyFacts? Read(string text)
    {
        if (!PemEncoding.TryFind(text, out var fields))
        {
            return null;
        }
        try
        {
            return text.AsSpan()[fields.Label] switch
            {
                "PRIVATE KEY" => OfAnyKind(text, fields, isPrivate: true),
                "PUBLIC KEY" => OfAnyKind(text, fields, isPrivate: false),
                var label when label.StartsWith("RSA") => OfRsa(text, fields, isWrapped: false),
                var label when label.StartsWith("EC ") => Imported(ECDsa.Create(), EcPublicKey, text),
                _ => null,
            };
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or AsnContentException)
        {
            return null;
        }
    }

    // What kind of key it is stands in it (RFC 5958, RFC 5280). To try one kind after the other costs an exception for each that it is not.
    static KeyFacts? OfAnyKind(string text, PemFields fields, bool isPrivate)
    {
        using var content = PemContent.Of(text, fields);
        var info = new AsnReader(content.Bytes, AsnEncodingRules.BER).ReadSequence();
        if (isPrivate)
        {
            info.ReadInteger();
        }
        var algorithm = info.ReadSequence().ReadObjectIdentifier();
        switch (algorithm)
        {
            case RsaEncryption when isPrivate:
                return OfRsa(text, fields, isWrapped: true);
            case RsaEncryption or RsaPss:
                return Imported(RSA.Create(), algorithm, text);
            case EcPublicKey:
                return Imported(ECDsa.Create(), algorithm, text);
        }
        // The form must be right, and the kind one that Kong's TLS library knows, even if it is not .NET's.
        if (isPrivate)
        {
            info.ReadOctetString();
        }
        else
        {
            info.ReadBitString(out _);
        }
        return algorithm switch
        {
            "1.3.101.110" or "1.3.101.111" or "1.3.101.112" or "1.3.101.113" => new KeyFacts(algorithm, PublicKey: null), // X25519, X448, Ed25519, Ed448
            "1.2.840.10040.4.1" or "1.2.840.113549.1.3.1" => new KeyFacts(algorithm, PublicKey: null), // DSA, DH
            _ => null,
        };
    }

    static KeyFacts OfRsa(string text, PemFields fields, bool isWrapped) =>
        RsaPrivateKey.PublicHalf(text, fields, isWrapped) is { } publicKey ? new KeyFacts(RsaEncryption, publicKey) : Imported(RSA.Create(), RsaEncryption, text);

    static KeyFacts Imported(AsymmetricAlgorithm key, string algorithm, string text)
    {
        using (key)
        {
            key.ImportFromPem(text);
            return new KeyFacts(algorithm, key.ExportSubjectPublicKeyInfo());
        }
    }
}
