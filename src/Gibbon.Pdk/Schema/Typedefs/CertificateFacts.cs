using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Pdk.Schemas;

/// <summary>What is to be known of a certificate to tell whether a key is its own.</summary>
/// <param name="PublicKey">Its key, as SubjectPublicKeyInfo (RFC 5280).</param>
/// <param name="KeyAlgorithm">The kind of that key: an object identifier.</param>
sealed record CertificateFacts(byte[] PublicKey, string KeyAlgorithm)
{
    /// <summary>Reads the first certificate of a text; <c>null</c> when there is none.</summary>
    public static CertificateFacts? Read(string text)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(text);
            return new CertificateFacts(certificate.PublicKey.ExportSubjectPublicKeyInfo(), certificate.GetKeyAlgorithm());
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
