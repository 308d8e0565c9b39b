using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Jwt;

/// <summary>Keys in JSON (RFC 7517), which Kong takes in the place of PEM.</summary>
static class JsonWebKey
{
    /// <summary>Reads a public key; of a private one the public half.</summary>
    /// <returns><c>null</c> if it is no key that can verify a signature.</returns>
    public static PublicKey? Read(string json)
    {
        if (!ValueJson.TryRead(Encoding.UTF8.GetBytes(json), out var value, out _) || value is not ValueMap key)
            return null;

        try
        {
            return key.GetString("kty") switch
            {
                "RSA" => new PublicKey(rsa: RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") })),
                "EC" => new PublicKey(elliptic: ECDsa.Create(new ECParameters
                {
                    Curve = Curve(key.GetString("crv")),
                    Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") },
                })),
                "OKP" => EdwardsKey.Of(key.GetString("crv"), Bytes(key, "x")) is { } edwards ? new PublicKey(edwards: edwards) : null,
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    static byte[] Bytes(ValueMap key, string name) =>
        key.GetString(name) is { } text && Token.TryDecode(text, out var bytes) ? bytes : throw new CryptographicException($"the key has no {name}");

    static ECCurve Curve(string? name) => name switch
    {
        "P-256" => ECCurve.NamedCurves.nistP256,
        "P-384" => ECCurve.NamedCurves.nistP384,
        "P-521" => ECCurve.NamedCurves.nistP521,
        _ => throw new CryptographicException("the curve is not known"),
    };
}
