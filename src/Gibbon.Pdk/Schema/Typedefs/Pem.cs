using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Pdk.Schemas;

/// <summary>Reads certificates and keys in PEM and says whether they belong together.</summary>
static class Pem
{
    const string Unsupported = "pkey.new:load_key: error:1E08010C:DECODER routines:OSSL_DECODER_from_bio:unsupported";

    const string NoStartLine = "x509.new: error:0480006C:PEM routines:get_name:no start line:crypto/pem/pem_lib.c:763:Expecting: CERTIFICATE";

    public static string? CertificateError(string text)
    {
        using var certificate = ReadCertificate(text, out var error);
        return error;
    }

    /// <summary>The first certificate of the text.</summary>
    public static X509Certificate2? ReadCertificate(string text, out string? error)
    {
        try
        {
            error = null;
            return X509Certificate2.CreateFromPem(text);
        }
        catch (CryptographicException)
        {
            error = NoStartLine;
            return null;
        }
    }

    /// <summary>The key of the text: RSA, ECDSA, or one of a kind .NET cannot use but whose form is right.</summary>
    /// <param name="text">The text.</param>
    /// <param name="error">Why it is none; <c>null</c> when it is one.</param>
    /// <param name="half">Which half of a key it must be.</param>
    public static PemKeyPair ReadKey(string text, out string? error, KeyHalf half = KeyHalf.Either)
    {
        error = null;
        if (!PemEncoding.TryFind(text, out var fields) || (half != KeyHalf.Either && half != HalfOf(text.AsSpan()[fields.Label])))
        {
            error = Unsupported;
            return default;
        }
        try
        {
            return PemKeyPair.Read(text, text.AsSpan()[fields.Label]);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            error = Unsupported;
            return default;
        }
    }

    static KeyHalf HalfOf(ReadOnlySpan<char> label) => label.EndsWith("PUBLIC KEY") ? KeyHalf.Public : KeyHalf.Private;

    public static int CountCertificates(string text)
    {
        var count = 0;
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            count += rest[fields.Label].EndsWith("CERTIFICATE") ? 1 : 0;
            rest = rest[fields.Location.End..];
        }
        return count;
    }
}

/// <summary>The halves of a key.</summary>
enum KeyHalf
{
    Either,
    Public,
    Private,
}

/// <summary>A key read from PEM; dispose of it after use.</summary>
readonly struct PemKeyPair(AsymmetricAlgorithm? algorithm) : IDisposable
{
    const string RsaEncryption = "1.2.840.113549.1.1.1";
    const string RsaPss = "1.2.840.113549.1.1.10";
    const string EcPublicKey = "1.2.840.10045.2.1";

    /// <summary>The public half, as SubjectPublicKeyInfo (RFC 5280); <c>null</c> when .NET does not know the kind of key.</summary>
    public byte[]? PublicKey => algorithm?.ExportSubjectPublicKeyInfo();

    public static PemKeyPair Read(string text, ReadOnlySpan<char> label)
    {
        if (label.StartsWith("RSA"))
        {
            return new(From(RSA.Create(), text));
        }
        if (label.StartsWith("EC "))
        {
            return new(From(ECDsa.Create(), text));
        }
        if (label is not ("PRIVATE KEY" or "PUBLIC KEY"))
        {
            throw new CryptographicException("not a key");
        }
        var fields = PemEncoding.Find(text);
        try
        {
            if (Create(text.AsSpan()[fields.Base64Data], isPrivate: label is "PRIVATE KEY") is { } algorithm)
            {
                return new(From(algorithm, text));
            }
        }
        catch (CryptographicException)
        {
        }
        // Ed25519 and the like: the form is right (RFC 5958), the kind is not .NET's.
        return fields.DecodedDataLength > 16 ? default : throw new CryptographicException("not a key");
    }

    // What kind of key it is stands in it (RFC 5958, RFC 5280). To try one kind after the other costs an exception for each that it is not.
    static AsymmetricAlgorithm? Create(ReadOnlySpan<char> base64, bool isPrivate)
    {
        var der = new byte[base64.Length];
        try
        {
            if (!Convert.TryFromBase64Chars(base64, der, out var length))
            {
                return null;
            }
            var info = new AsnReader(der.AsMemory(0, length), AsnEncodingRules.BER).ReadSequence();
            if (isPrivate)
            {
                info.ReadInteger();
            }
            return info.ReadSequence().ReadObjectIdentifier() switch
            {
                RsaEncryption or RsaPss => RSA.Create(),
                EcPublicKey => ECDsa.Create(),
                _ => null,
            };
        }
        catch (AsnContentException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    static T From<T>(T algorithm, string text) where T : AsymmetricAlgorithm
    {
        algorithm.ImportFromPem(text);
        return algorithm;
    }

    public void Dispose() => algorithm?.Dispose();
}
