using System.Text.Json;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>That a key is said once, as JWK or in PEM, and is one.</summary>
static class KeyRules
{
    public static void Add(SchemaBuilder schema)
    {
        schema.Place("set", after: "id").Place("name", after: "set").Place("kid", after: "name").Place("jwk", after: "kid").Place("pem", after: "jwk");
        schema.Place("tags", after: "pem");
        schema.Change("kid", static field => field with { Unique = false });
        schema.MutuallyExclusive("jwk", "pem").AtLeastOneOf("jwk", "pem");
        schema.Check(new CustomCheck(["jwk", "pem", "kid"], Check));
    }

    static string? Check(ValueMap key, CheckErrors errors)
    {
        if (key.GetString("jwk") is { } jwk)
        {
            return CheckJwk(jwk, key.GetString("kid"));
        }
        if (key.GetMap("pem") is { } pem && CheckPem(pem.GetString("private_key"), pem.GetString("public_key")) is { } error)
        {
            errors.Add("pem", error);
        }
        return null;
    }

    static string? CheckJwk(string text, string? kid)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var jwk = document.RootElement;
            if (jwk.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String))
            {
                return "could not json decode jwk string";
            }
            if (Member(jwk, "kid") != kid)
            {
                return "kid in jwk.kid must be equal to keys.kid";
            }
            return JsonWebKey.IsAsymmetric(jwk) ? null : "could not load JWK, likely not a valid key";
        }
        catch (JsonException)
        {
            return "could not json decode jwk string";
        }
    }

    static string? Member(JsonElement jwk, string name) =>
        jwk.ValueKind == JsonValueKind.Object && jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static string? CheckPem(string? privateText, string? publicText)
    {
        if (Value.IsVaultReference(privateText) || Value.IsVaultReference(publicText))
        {
            return null;
        }
        string? error = null;
        var publicKey = publicText is null ? null : Pem.ReadKey(publicText, out error, KeyHalf.Public);
        if (error is not null)
        {
            return "could not load public key";
        }
        var privateKey = privateText is null ? null : Pem.ReadKey(privateText, out error, KeyHalf.Private);
        if (error is not null)
        {
            return "could not load private key" + error;
        }
        return publicKey?.PublicKey is { } left && privateKey?.PublicKey is { } right && !left.AsSpan().SequenceEqual(right)
            ? "public key does not match private key"
            : null;
    }
}
