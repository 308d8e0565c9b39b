using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Clustering.Ocsp;

/// <summary>Reads what a responder says (RFC 6960), and believes it when the issuer of the certificate has signed it, or somebody whom that has told to.</summary>
internal static class OcspResponse
{
    private const string Basic = "1.3.6.1.5.5.7.48.1.1";
    private const string MaySign = "1.3.6.1.5.5.7.3.9";

    // The clock of the responder is another one.
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(5);

    private static readonly Asn1Tag First = new(TagClass.ContextSpecific, 0);

    private static readonly string[] Refusals = ["successful", "malformedrequest", "internalerror", "trylater", "unknown", "sigrequired", "unauthorized"];

    private static readonly string[] States = ["good", "revoked", "unknown"];

    /// <returns>Why the certificate is not known to be good; null when it is.</returns>
    public static string? Judge(byte[] response, OcspRequest request, X509Certificate2 issuer, DateTimeOffset now)
    {
        try
        {
            AsnReader outer = new AsnReader(response, AsnEncodingRules.DER).ReadSequence();
            int status = outer.ReadEnumeratedBytes().Span[0];
            if (status != 0)
            {
                return $"OCSP response not successful ({status}: {Refusals.ElementAtOrDefault(status) ?? "unknown"})";
            }

            AsnReader typed = outer.ReadSequence(First).ReadSequence();
            return typed.ReadObjectIdentifier() == Basic ? JudgeBasic(typed.ReadOctetString(), request, issuer, now) : "unknown type of OCSP response";
        }
        catch (Exception failure) when (failure is AsnContentException or CryptographicException)
        {
            return "the OCSP response cannot be read";
        }
    }

    private static string? JudgeBasic(byte[] basic, OcspRequest request, X509Certificate2 issuer, DateTimeOffset now)
    {
        AsnReader signed = new AsnReader(basic, AsnEncodingRules.DER).ReadSequence();
        ReadOnlyMemory<byte> data = signed.ReadEncodedValue();
        string algorithm = signed.ReadSequence().ReadObjectIdentifier();
        byte[] signature = signed.ReadBitString(out _);
        AsnReader? certificates = signed.HasData ? signed.ReadSequence(First).ReadSequence() : null;
        if (!IsSigned(data.Span, algorithm, signature, issuer) && !IsSignedInstead(data.Span, algorithm, signature, certificates, issuer, now))
        {
            return "the OCSP response is not signed by the issuer of the certificate";
        }

        AsnReader answers = Answers(new AsnReader(data, AsnEncodingRules.DER).ReadSequence());
        while (answers.HasData)
        {
            AsnReader answer = answers.ReadSequence();
            if (!request.IsAbout(answer.ReadSequence()))
            {
                continue;
            }

            string state = States.ElementAtOrDefault(answer.PeekTag().TagValue) ?? "unknown";
            answer.ReadEncodedValue();
            DateTimeOffset since = answer.ReadGeneralizedTime();
            DateTimeOffset? until = answer.HasData && answer.PeekTag().HasSameClassAndValue(First) ? answer.ReadSequence(First).ReadGeneralizedTime() : null;
            return since > now + Leeway || until < now - Leeway ? "the OCSP response is not of this time"
                : state == "good" ? null
                : $"certificate status \"{state}\" in the OCSP response";
        }

        return "certificate status not found in the OCSP response";
    }

    private static AsnReader Answers(AsnReader data)
    {
        if (data.PeekTag().HasSameClassAndValue(First))
        {
            data.ReadEncodedValue();
        }

        data.ReadEncodedValue();
        data.ReadGeneralizedTime();
        return data.ReadSequence();
    }

    // By somebody of whom the issuer says that he may.
    private static bool IsSignedInstead(
        ReadOnlySpan<byte> data, string algorithm, byte[] signature, AsnReader? certificates, X509Certificate2 issuer, DateTimeOffset now)
    {
        while (certificates is { HasData: true })
        {
            ReadOnlyMemory<byte> encoded = certificates.ReadEncodedValue();
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(encoded.Span);
            AsnReader parts = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
            ReadOnlyMemory<byte> content = parts.ReadEncodedValue();
            if (certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData)
                && new DateTimeOffset(certificate.NotBefore) <= now && now <= new DateTimeOffset(certificate.NotAfter)
                && certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(static usage => usage.EnhancedKeyUsages[MaySign] is not null)
                && IsSigned(content.Span, parts.ReadSequence().ReadObjectIdentifier(), parts.ReadBitString(out _), issuer)
                && IsSigned(data, algorithm, signature, certificate))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSigned(ReadOnlySpan<byte> data, string algorithm, byte[] signature, X509Certificate2 by)
    {
        (bool isRsa, HashAlgorithmName hash) = algorithm switch
        {
            "1.2.840.113549.1.1.5" => (true, HashAlgorithmName.SHA1),
            "1.2.840.113549.1.1.11" => (true, HashAlgorithmName.SHA256),
            "1.2.840.113549.1.1.12" => (true, HashAlgorithmName.SHA384),
            "1.2.840.113549.1.1.13" => (true, HashAlgorithmName.SHA512),
            "1.2.840.10045.4.3.2" => (false, HashAlgorithmName.SHA256),
            "1.2.840.10045.4.3.3" => (false, HashAlgorithmName.SHA384),
            "1.2.840.10045.4.3.4" => (false, HashAlgorithmName.SHA512),
            _ => default,
        };
        if (hash.Name is null)
        {
            return false;
        }

        if (isRsa)
        {
            using RSA? rsa = by.GetRSAPublicKey();
            return rsa?.VerifyData(data, signature, hash, RSASignaturePadding.Pkcs1) is true;
        }

        using ECDsa? ecdsa = by.GetECDsaPublicKey();
        return ecdsa?.VerifyData(data, signature, hash, DSASignatureFormat.Rfc3279DerSequence) is true;
    }
}
