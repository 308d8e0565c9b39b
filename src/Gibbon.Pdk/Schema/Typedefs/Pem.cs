using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// Reads certificates and keys in PEM and says whether they belong together. A text is asked about several times on its way in: by the check of its field, by
/// those of the entity, and again before it is stored; what was found out of it is remembered.
/// </summary>
static class Pem
{
    const string Unsupported = "pkey.new:load_key: error:1E08010C:DECODER routines:OSSL_DECODER_from_bio:unsupported";

    const string NoStartLine = "x509.new: error:0480006C:PEM routines:get_name:no start line:crypto/pem/pem_lib.c:763:Expecting: CERTIFICATE";

    static readonly RecentFindings<CertificateFacts> Certificates = new(CertificateFacts.Read);

    static readonly RecentFindings<KeyFacts> Keys = new(KeyFacts.Read);

    /// <summary>What is to be known of the first certificate of the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="error">Why it is none; <c>null</c> when it is one.</param>
    public static CertificateFacts? ReadCertificate(string text, out string? error)
    {
        var certificate = Certificates.Of(text);
        error = certificate is null ? NoStartLine : null;
        return certificate;
    }

    /// <summary>The first certificate of the text; dispose of it after use.</summary>
    public static X509Certificate2? OpenCertificate(string text, out string? error)
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

    /// <summary>What is to be known of the key of the text: RSA, ECDSA, or one of a kind .NET cannot use but whose form is right.</summary>
    /// <param name="text">The text.</param>
    /// <param name="error">Why it is none; <c>null</c> when it is one.</param>
    /// <param name="half">Which half of a key it must be.</param>
    public static KeyFacts? ReadKey(string text, out string? error, KeyHalf half = KeyHalf.Either)
    {
        var key = half == KeyHalf.Either || half == HalfOf(text) ? Keys.Of(text) : null;
        error = key is null ? Unsupported : null;
        return key;
    }

    static KeyHalf? HalfOf(string text) =>
        !PemEncoding.TryFind(text, out var fields) ? null
        : text.AsSpan()[fields.Label].EndsWith("PUBLIC KEY") ? KeyHalf.Public
        : KeyHalf.Private;

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
