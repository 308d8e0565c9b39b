using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Plugins.OAuth2;

/// <summary>Secrets of applications as hashes, in the form that Kong's databases hold: <c>$pbkdf2-sha512$i=10000,l=32$salt$hash</c> (PHC).</summary>
static class SecretHash
{
    const string Id = "pbkdf2-sha512";
    const int Iterations = 10_000;
    const int Length = 32;
    const int SaltLength = 16;

    // What is stored was written by an operator; what it costs to check it is bounded all the same.
    const int MostIterations = 10_000_000;

    /// <summary>The hash of a secret.</summary>
    public static string Of(string secret)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = Derive(secret, salt, Iterations, Length);
        return string.Create(CultureInfo.InvariantCulture, $"${Id}$i={Iterations},l={Length}${Encode(salt)}${Encode(hash)}");
    }

    /// <summary>Whether a secret is the one whose hash is stored. Takes the same time whether or not it is.</summary>
    public static bool Verify(string? secret, string? stored, out bool isOutdated)
    {
        isOutdated = false;
        if (secret is null || stored is null || !TryParse(stored, out var iterations, out var salt, out var hash))
            return false;

        isOutdated = iterations != Iterations || hash.Length != Length || salt.Length != SaltLength;
        return CryptographicOperations.FixedTimeEquals(Derive(secret, salt, iterations, hash.Length), hash);
    }

    static bool TryParse(string stored, out int iterations, out byte[] salt, out byte[] hash)
    {
        (iterations, salt, hash) = (0, [], []);
        return stored.Split('$') is ["", Id, var parameters, var saltText, var hashText]
            && parameters.Split(',').FirstOrDefault(static part => part.StartsWith("i=", StringComparison.Ordinal)) is { } count
            && int.TryParse(count.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out iterations)
            && iterations is > 0 and <= MostIterations
            && TryDecode(saltText, out salt)
            && TryDecode(hashText, out hash)
            && hash.Length > 0;
    }

    static byte[] Derive(string secret, byte[] salt, int iterations, int length) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), salt, iterations, HashAlgorithmName.SHA512, length);

    static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var isValid = Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length);
        bytes = bytes[..length];
        return isValid;
    }
}
