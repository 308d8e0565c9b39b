using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Schemas;

/// <summary>Which keys are taken for a certificate, in whatever form they come.</summary>
public sealed class CertificateKeyTests
{
    const string Unusable = "schema violation (key: invalid key: pkey.new:load_key: error:1E08010C:DECODER routines:OSSL_DECODER_from_bio:unsupported)";
    const string Foreign = "schema violation (certificate does not match key)";

    static readonly RSA Rsa = RSA.Create(2048);
    static readonly RSA OtherRsa = RSA.Create(2048);
    static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    static readonly ECDsa OtherEc = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    static readonly string RsaCertificate = Sign(new CertificateRequest("CN=rsa", Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    static readonly string EcCertificate = Sign(new CertificateRequest("CN=ec", Ec, HashAlgorithmName.SHA256));

    public static TheoryData<string> Lengths => ["1024", "2048", "3072"];

    [Fact]
    public void A_key_is_taken_in_each_form_that_it_has()
    {
        Assert.Null(Problem(RsaCertificate, Rsa.ExportPkcs8PrivateKeyPem()));
        Assert.Null(Problem(RsaCertificate, Rsa.ExportRSAPrivateKeyPem()));
        Assert.Null(Problem(RsaCertificate, Rsa.ExportSubjectPublicKeyInfoPem()));
        Assert.Null(Problem(EcCertificate, Ec.ExportPkcs8PrivateKeyPem()));
        Assert.Null(Problem(EcCertificate, Ec.ExportECPrivateKeyPem()));
        Assert.Null(Problem(EcCertificate, WithoutPublicHalf(Ec)));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_key_of_any_length_belongs_to_its_own_certificate_and_to_no_other(string length)
    {
        using var key = RSA.Create(int.Parse(length, null));
        var certificate = Sign(new CertificateRequest("CN=long", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Null(Problem(certificate, key.ExportPkcs8PrivateKeyPem()));
        Assert.Equal(Foreign, Problem(certificate, Rsa.ExportPkcs8PrivateKeyPem()));
        Assert.Equal(Foreign, Problem(RsaCertificate, key.ExportRSAPrivateKeyPem()));
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused_in_each_form()
    {
        Assert.Equal(Foreign, Problem(RsaCertificate, OtherRsa.ExportPkcs8PrivateKeyPem()));
        Assert.Equal(Foreign, Problem(RsaCertificate, OtherRsa.ExportRSAPrivateKeyPem()));
        Assert.Equal(Foreign, Problem(RsaCertificate, Ec.ExportPkcs8PrivateKeyPem()));
        Assert.Equal(Foreign, Problem(EcCertificate, OtherEc.ExportPkcs8PrivateKeyPem()));
        Assert.Equal(Foreign, Problem(EcCertificate, WithoutPublicHalf(OtherEc)));
        Assert.Equal(Foreign, Problem(EcCertificate, Rsa.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void A_key_that_only_claims_the_modulus_of_a_certificate_is_refused()
    {
        var own = Rsa.ExportParameters(includePrivateParameters: true);
        var other = OtherRsa.ExportParameters(includePrivateParameters: true);
        Assert.Null(Problem(RsaCertificate, Bare(own)));
        Assert.Equal(Unusable, Problem(RsaCertificate, Bare(other with { Modulus = own.Modulus })));
        Assert.Equal(Unusable, Problem(RsaCertificate, Wrapped(other with { Modulus = own.Modulus })));
        foreach (var forged in (RSAParameters[])[own with { D = other.D }, own with { P = other.P, Q = other.Q }, own with { P = own.Modulus, Q = [1] }])
        {
            Assert.Equal(Unusable, Problem(RsaCertificate, Bare(forged)));
            Assert.Equal(Unusable, Problem(RsaCertificate, Wrapped(forged)));
        }
        Assert.Equal(Foreign, Problem(RsaCertificate, Bare(other)));
    }

    [Fact]
    public void What_is_no_whole_key_is_refused()
    {
        var der = Rsa.ExportPkcs8PrivateKey();
        Assert.Equal(Unusable, Problem(RsaCertificate, PemEncoding.WriteString("PRIVATE KEY", der.AsSpan(0, der.Length - 20))));
        Assert.Equal(Unusable, Problem(RsaCertificate, PemEncoding.WriteString("PRIVATE KEY", RandomNumberGenerator.GetBytes(200))));
        Assert.Equal(Unusable, Problem(RsaCertificate, PemEncoding.WriteString("RSA PRIVATE KEY", Ec.ExportECPrivateKey())));
        Assert.Equal(Unusable, Problem(EcCertificate, PemEncoding.WriteString("EC PRIVATE KEY", Rsa.ExportRSAPrivateKey())));
        Assert.Equal(Unusable, Problem(RsaCertificate, RsaCertificate));
        var encrypted = Rsa.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        Assert.Equal(Unusable, Problem(RsaCertificate, encrypted));
        Assert.Equal(Unusable, Problem(RsaCertificate, Rsa.ExportPkcs8PrivateKeyPem() + "\n" + OtherRsa.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void A_key_of_a_kind_that_is_not_the_certificates_is_refused_even_if_it_cannot_be_used_here()
    {
        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            info.WriteInteger(0);
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier("1.3.101.112");
            }
            info.WriteOctetString([4, 32, .. RandomNumberGenerator.GetBytes(32)]);
        }
        Assert.Equal(Foreign, Problem(RsaCertificate, PemEncoding.WriteString("PRIVATE KEY", info.Encode())));
    }

    [Fact]
    public void The_same_texts_get_the_same_answer_again()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(Problem(RsaCertificate, Rsa.ExportPkcs8PrivateKeyPem()));
            Assert.Equal(Foreign, Problem(EcCertificate, Rsa.ExportPkcs8PrivateKeyPem()));
            Assert.Equal(Unusable, Problem(RsaCertificate, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
        }
    }

    [Fact]
    public void The_first_of_a_chain_is_the_certificate_that_the_key_belongs_to()
    {
        Assert.Null(Problem(RsaCertificate + "\n" + EcCertificate, Rsa.ExportPkcs8PrivateKeyPem()));
        Assert.Equal(Foreign, Problem(EcCertificate + "\n" + RsaCertificate, Rsa.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void The_second_pair_is_looked_at_like_the_first()
    {
        ValueMap Pairs(string second, string key) =>
            new() { ["cert"] = RsaCertificate, ["key"] = Rsa.ExportPkcs8PrivateKeyPem(), ["cert_alt"] = second, ["key_alt"] = key };
        Assert.Null(Problem(Pairs(EcCertificate, Ec.ExportPkcs8PrivateKeyPem())));
        Assert.Equal("schema violation (alternative certificate does not match key)", Problem(Pairs(EcCertificate, OtherEc.ExportPkcs8PrivateKeyPem())));
        Assert.StartsWith("schema violation (certificate and alternative certificate need to have different type", Problem(Pairs(RsaCertificate, Rsa.ExportRSAPrivateKeyPem())));
        Assert.Null(Problem(Pairs(EcCertificate, "{vault://env/key}")));
    }

    static string? Problem(string certificate, string key) => Problem(new ValueMap { ["cert"] = certificate, ["key"] = key });

    static string? Problem(ValueMap entity) => Schema.Of<Certificate>().Create(entity, Operation.Insert, out _)?.Message;

    static string Sign(CertificateRequest request)
    {
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
        return certificate.ExportCertificatePem();
    }

    static string Bare(RSAParameters key) => PemEncoding.WriteString("RSA PRIVATE KEY", Numbers(key));

    static string Wrapped(RSAParameters key)
    {
        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            info.WriteInteger(0);
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                info.WriteNull();
            }
            info.WriteOctetString(Numbers(key));
        }
        return PemEncoding.WriteString("PRIVATE KEY", info.Encode());
    }

    static byte[] Numbers(RSAParameters key)
    {
        var numbers = new AsnWriter(AsnEncodingRules.DER);
        using (numbers.PushSequence())
        {
            numbers.WriteInteger(0);
            foreach (var number in (byte[]?[])[key.Modulus, key.Exponent, key.D, key.P, key.Q, key.DP, key.DQ, key.InverseQ])
            {
                numbers.WriteInteger(new BigInteger(number, isUnsigned: true, isBigEndian: true));
            }
        }
        return numbers.Encode();
    }

    static string WithoutPublicHalf(ECDsa key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteOctetString(parameters.D);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                writer.WriteObjectIdentifier("1.2.840.10045.3.1.7");
            }
        }
        return PemEncoding.WriteString("EC PRIVATE KEY", writer.Encode());
    }
}
