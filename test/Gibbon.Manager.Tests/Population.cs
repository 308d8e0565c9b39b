using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Gibbon.Manager.Tests;

/// <summary>A declarative configuration with as many entities of each kind as one likes.</summary>
internal static class Population
{
    // Reading certificates is most of what loading a file costs, and a list does not care.
    private const int MostCertificates = 1000;

    public static string Of(int count)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string keyPem = key.ExportPkcs8PrivateKeyPem();
        int[] numbers = [.. Enumerable.Range(1, count)];
        (string, string) point = Coordinates(key);
        int[] some = [.. numbers.Take(MostCertificates)];
        string shown = Certificate(key, "www.example.test", isAuthority: false);
        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["_format_version"] = "3.0",
            ["services"] = numbers.Select(n => new { name = $"service-{n}", host = n == 1 ? "upstream-1" : "service.test", tags = new[] { "shop", $"team-{n % 7}" } }),
            ["routes"] = numbers.Select(n => new { name = $"route-{n}", paths = new[] { $"/shop/{n}" }, methods = new[] { "GET", "POST" }, service = $"service-{n}" }),
            ["consumers"] = numbers.Select(n => new { username = $"consumer-{n}", custom_id = $"u-{n}" }),
            ["consumer_groups"] = numbers.Select(n => new { name = $"group-{n}" }),
            ["plugins"] = numbers.Select(n => new { name = "correlation-id", route = $"route-{n}" }),
            ["upstreams"] = numbers.Select(n => new { name = $"upstream-{n}", targets = n == 1 ? new[] { new { target = "127.0.0.1:1" } } : [] }),
            ["certificates"] = some.Select(n => new { id = Id(n), cert = shown, key = keyPem }),
            ["snis"] = numbers.Select(n => new { name = $"host-{n}.example.test", certificate = Id(1 + (n % some.Length)) }),
            ["ca_certificates"] = some.Select(n => new { cert = Certificate(key, $"authority {n}", isAuthority: true) }),
            ["vaults"] = numbers.Select(n => new { name = "env", prefix = $"vault-{n}", config = new { prefix = "SECRET_" } }),
            ["keys"] = numbers.Select(n => new { name = $"key-{n}", kid = $"kid-{n}", jwk = Jwk(point, $"kid-{n}") }),
            ["key_sets"] = numbers.Select(n => new { name = $"set-{n}" }),
        });
    }

    /// <summary>A certificate with its key, both in PEM.</summary>
    public static (string Certificate, string Key) Pair()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (Certificate(key, "www.example.test", isAuthority: false), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The certificate of an authority, in PEM.</summary>
    public static string Authority()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Certificate(key, "an authority", isAuthority: true);
    }

    /// <summary>A public key as JWK.</summary>
    public static string Jwk(string kid)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Jwk(Coordinates(key), kid);
    }

    private static string Jwk((string X, string Y) point, string kid) => $$"""{"kty":"EC","crv":"P-256","x":"{{point.X}}","y":"{{point.Y}}","kid":"{{kid}}"}""";

    private static (string X, string Y) Coordinates(ECDsa key)
    {
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        return (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
    }

    private static string Id(int number) => $"00000000-0000-4000-8000-{number:x12}";

    private static string Certificate(ECDsa key, string name, bool isAuthority)
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        return certificate.ExportCertificatePem();
    }
}
