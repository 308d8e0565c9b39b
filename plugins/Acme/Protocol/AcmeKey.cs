using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme.Protocol;

/// <summary>A private key: an account's, which signs requests, or a certificate's.</summary>
sealed class AcmeKey : IDisposable
{
    readonly RSA? rsa;
    readonly ECDsa? elliptic;

    AcmeKey(RSA? rsa, ECDsa? elliptic)
    {
        (this.rsa, this.elliptic) = (rsa, elliptic);
        Jwk = rsa is not null
            ? Of(rsa.ExportParameters(includePrivateParameters: false))
            : Of(elliptic!.ExportParameters(includePrivateParameters: false), elliptic.KeySize);
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(ValueJson.Write(Jwk)));
    }

    /// <summary>The public key (RFC 7517), with its members in the order of their names.</summary>
    public ValueMap Jwk { get; }

    /// <summary>The hash of that (RFC 7638).</summary>
    public string Thumbprint { get; }

    /// <summary>The algorithm it signs with (RFC 7518).</summary>
    public string Algorithm => rsa is not null ? "RS256" : elliptic!.KeySize switch { 256 => "ES256", 384 => "ES384", _ => "ES512" };

    /// <summary>The private key in PEM.</summary>
    public string Pem => rsa?.ExportPkcs8PrivateKeyPem() ?? elliptic!.ExportPkcs8PrivateKeyPem();

    /// <summary>Makes an RSA key.</summary>
    public static AcmeKey CreateRsa(int bits) => new(RSA.Create(bits), null);

    /// <summary>Makes a key on the curve P-256.</summary>
    public static AcmeKey CreateElliptic() => new(null, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a private key in PEM.</summary>
    /// <returns><c>null</c> if it is none that can sign.</returns>
    public static AcmeKey? Read(string pem) =>
        Import(RSA.Create(), pem) is { } rsa ? new AcmeKey(rsa, null)
        : Import(ECDsa.Create(), pem) is { } elliptic ? new AcmeKey(null, elliptic)
        : null;

    /// <summary>Signs.</summary>
    public byte[] Sign(byte[] data) => rsa is not null
        ? rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : elliptic!.SignData(data, Hash(elliptic.KeySize), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>Asks for a certificate with this key (PKCS #10).</summary>
    /// <param name="host">For whom.</param>
    public byte[] Request(string host)
    {
        var name = new X500DistinguishedName($"CN={host}");
        var request = rsa is not null
            ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, elliptic!, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (AcmeDomains.IsAddress(host))
            names.AddIpAddress(IPAddress.Parse(host));
        else
            names.AddDnsName(host);

        request.CertificateExtensions.Add(names.Build());
        return request.CreateSigningRequest();
    }

    public void Dispose()
    {
        rsa?.Dispose();
        elliptic?.Dispose();
    }

    static ValueMap Of(RSAParameters key) => new()
    {
        ["e"] = Base64Url.EncodeToString(key.Exponent),
        ["kty"] = "RSA",
        ["n"] = Base64Url.EncodeToString(key.Modulus),
    };

    static ValueMap Of(ECParameters key, int size) => new()
    {
        ["crv"] = size == 521 ? "P-521" : size == 384 ? "P-384" : "P-256",
        ["kty"] = "EC",
        ["x"] = Base64Url.EncodeToString(key.Q.X),
        ["y"] = Base64Url.EncodeToString(key.Q.Y),
    };

    static HashAlgorithmName Hash(int size) =>
        size switch { 256 => HashAlgorithmName.SHA256, 384 => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };

    static T? Import<T>(T key, string pem)
        where T : AsymmetricAlgorithm
    {
        try
        {
            key.ImportFromPem(pem);
            if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
                return key;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            // A key of another kind.
        }

        key.Dispose();
        return null;
    }
}
