using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>That a certificate and its key belong together, and that the two pairs are of different kinds.</summary>
static class CertificateRules
{
    public static void Add(SchemaBuilder schema)
    {
        schema.Place("tags", after: "key_alt");
        schema.MutuallyRequired("cert_alt", "key_alt");
        schema.Check(["cert", "key"], static pair => CheckPair(pair, "cert", "key", "certificate does not match key"));
        schema.Check(["cert_alt", "key_alt"], static pair => CheckPair(pair, "cert_alt", "key_alt", "alternative certificate does not match key"));
        schema.Check(["cert", "cert_alt"], CheckKinds);
    }

    static string? CheckPair(ValueMap pair, string certificateName, string keyName, string error)
    {
        if (pair.GetString(certificateName) is not { } certificateText || pair.GetString(keyName) is not { } keyText)
        {
            return null;
        }
        if (Pem.ReadCertificate(certificateText, out _) is not { } certificate || Pem.ReadKey(keyText, out _) is not { } key)
        {
            return null;
        }
        var belongs = key.PublicKey is { } publicKey ? certificate.PublicKey.AsSpan().SequenceEqual(publicKey) : certificate.KeyAlgorithm == key.Algorithm;
        return belongs ? null : error;
    }

    static string? CheckKinds(ValueMap pair)
    {
        if (pair.GetString("cert") is not { } first || pair.GetString("cert_alt") is not { } second)
        {
            return null;
        }
        var algorithm = Pem.ReadCertificate(first, out _)?.KeyAlgorithm;
        return algorithm is null || Pem.ReadCertificate(second, out _) is not { } alternative || algorithm != alternative.KeyAlgorithm
            ? null
            : "certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), the provided certificates were both of the same type";
    }
}

/// <summary>That the certificate of an authority is one, and its digest.</summary>
static class CaCertificateRules
{
    public static void Add(SchemaBuilder schema)
    {
        schema.Place("tags", after: "cert_digest");
        var clock = schema.Options.Clock;
        schema.Check(["cert"], entity => Check(entity.GetString("cert"), clock.GetUtcNow()));
        schema.Transform(new Transformation { Input = ["cert"], OnWrite = static entity => Digest(entity.GetString("cert")!) });
    }

    static string? Check(string? text, DateTimeOffset now)
    {
        if (text is null)
        {
            return null;
        }
        if (Pem.CountCertificates(text) > 1)
        {
            return "please submit only one certificate at a time";
        }
        using var certificate = Pem.OpenCertificate(text, out _);
        if (certificate is null)
        {
            return null;
        }
        if (certificate.NotAfter.ToUniversalTime() < now.UtcDateTime)
        {
            return "certificate expired, \"Not After\" time is in the past";
        }
        return certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(static item => item.CertificateAuthority)
            ? null
            : "certificate does not appear to be a CA because it is missing the \"CA\" basic constraint";
    }

    static TransformationResult Digest(string text)
    {
        using var certificate = Pem.OpenCertificate(text, out var error);
        return certificate is null
            ? new TransformationResult(null, error)
            : new ValueMap { ["cert_digest"] = certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant() };
    }
}
