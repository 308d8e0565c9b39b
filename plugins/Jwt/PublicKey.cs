using System.Security.Cryptography;

namespace Gibbon.Plugins.Jwt;

/// <summary>A public key of one kind, which verifies signatures of that kind and no other (RFC 7518). Many threads may use it at once.</summary>
sealed class PublicKey
{
    readonly RSA? rsa;
    readonly ECDsa? elliptic;
    readonly EdwardsKey? edwards;

    /// <summary>A key of one kind.</summary>
    public PublicKey(RSA? rsa = null, ECDsa? elliptic = null, EdwardsKey? edwards = null) =>
        (this.rsa, this.elliptic, this.edwards) = (rsa, elliptic, edwards);

    /// <summary>Reads a key in PEM or in JSON; a private key will do, as in Kong.</summary>
    /// <param name="text">The text.</param>
    /// <returns><c>null</c> if it is no key that can verify a signature.</returns>
    public static PublicKey? Read(string text) =>
        text.AsSpan().TrimStart().StartsWith('{') ? JsonWebKey.Read(text)
        : Import(RSA.Create(), text) is { } rsa ? new PublicKey(rsa: rsa)
        : Import(ECDsa.Create(), text) is { } elliptic ? new PublicKey(elliptic: elliptic)
        : EdwardsKey.Read(text) is { } edwards ? new PublicKey(edwards: edwards)
        : null;

    /// <summary>Whether a signature is this key's.</summary>
    /// <param name="algorithm">The algorithm: its name in RFC 7518 or RFC 8037.</param>
    /// <param name="signed">What was signed.</param>
    /// <param name="signature">The signature.</param>
    public bool Verify(string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (algorithm == "EdDSA")
            return edwards?.Verify(signed, signature) ?? false;

        var hash = Hash(algorithm);
        return algorithm.AsSpan(0, 2) switch
        {
            "RS" => rsa?.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1) ?? false,
            "PS" => rsa?.VerifyData(signed, signature, hash, RSASignaturePadding.Pss) ?? false,
            "ES" => elliptic?.KeySize == CurveOf(algorithm)
                && elliptic.VerifyData(signed, signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            _ => false,
        };
    }

    static HashAlgorithmName Hash(string algorithm) => algorithm.AsSpan(2) switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    /// <summary>The size of the curve that belongs to an algorithm: ES512 has one of 521 bits.</summary>
    static int CurveOf(string algorithm) => algorithm switch
    {
        "ES256" => 256,
        "ES384" => 384,
        _ => 521,
    };

    static T? Import<T>(T key, string pem)
        where T : AsymmetricAlgorithm
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }
}
