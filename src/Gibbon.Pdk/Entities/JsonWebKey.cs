using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gibbon.Pdk.Entities;

/// <summary>JSON Web Keys (RFC 7517, RFC 8037), as far as to say whether one can be loaded.</summary>
static class JsonWebKey
{
    /// <summary>Whether it is a key of two halves that can be loaded; symmetric keys are refused, as Kong refuses them.</summary>
    public static bool IsAsymmetric(JsonElement jwk)
    {
        try
        {
            return Text(jwk, "kty") switch
            {
                "RSA" => LoadsRsa(Bytes(jwk, "n"), Bytes(jwk, "e")),
                "EC" => LoadsCurve(Text(jwk, "crv"), Bytes(jwk, "x"), Bytes(jwk, "y")),
                "OKP" => Text(jwk, "crv") switch
                {
                    "Ed25519" or "X25519" => Bytes(jwk, "x") is { Length: 32 },
                    "Ed448" => Bytes(jwk, "x") is { Length: 57 },
                    "X448" => Bytes(jwk, "x") is { Length: 56 },
                    _ => false,
                },
                _ => false,
            };
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            return false;
        }
    }

    static bool LoadsRsa(byte[]? modulus, byte[]? exponent)
    {
        if (modulus is null || exponent is null)
        {
            return false;
        }
        using var key = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return true;
    }

    static bool LoadsCurve(string? curve, byte[]? x, byte[]? y)
    {
        ECCurve? named = curve switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => null,
        };
        if (named is null || x is null || y is null)
        {
            return false;
        }
        using var key = ECDsa.Create(new ECParameters { Curve = named.Value, Q = new ECPoint { X = x, Y = y } });
        return true;
    }

    static string? Text(JsonElement jwk, string name) =>
        jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static byte[]? Bytes(JsonElement jwk, string name) => Text(jwk, name) is { } text ? Base64Url.DecodeFromChars(text) : null;
}
