using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme.Protocol;

/// <summary>Private keys as JSON Web Keys (RFC 7518, section 6).</summary>
static class PrivateJwk
{
    /// <summary>Reads one.</summary>
    /// <returns>The key in PEM; <c>null</c> if it is no private key of RSA or of an elliptic curve.</returns>
    public static string? ToPem(string json)
    {
        if (!ValueJson.TryRead(Encoding.UTF8.GetBytes(json), out var value, out _) || value is not ValueMap jwk)
            return null;

        try
        {
            return jwk.GetString("kty") switch
            {
                "RSA" => Rsa(jwk),
                "EC" => Elliptic(jwk),
                _ => null,
            };
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            return null;
        }
    }

    static string? Rsa(ValueMap jwk)
    {
        if (Bytes(jwk, "d") is null)
            return null;

        using var key = RSA.Create(new RSAParameters
        {
            Modulus = Bytes(jwk, "n"),
            Exponent = Bytes(jwk, "e"),
            D = Bytes(jwk, "d"),
            P = Bytes(jwk, "p"),
            Q = Bytes(jwk, "q"),
            DP = Bytes(jwk, "dp"),
            DQ = Bytes(jwk, "dq"),
            InverseQ = Bytes(jwk, "qi"),
        });
        return key.ExportPkcs8PrivateKeyPem();
    }

    static string? Elliptic(ValueMap jwk)
    {
        ECCurve? curve = jwk.GetString("crv") switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => null,
        };
        if (curve is not { } named || Bytes(jwk, "d") is not { } secret)
            return null;

        using var key = ECDsa.Create(new ECParameters { Curve = named, D = secret, Q = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") } });
        return key.ExportPkcs8PrivateKeyPem();
    }

    static byte[]? Bytes(ValueMap jwk, string name) => jwk.GetString(name) is { } text ? Base64Url.DecodeFromChars(text) : null;
}
