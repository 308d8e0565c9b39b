using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Plugins.BasicAuth;

/// <summary>
/// The hash under which passwords are stored: SHA-1 of the password and the consumer's id, in hexadecimal digits. It is Kong's, whose
/// databases and declarative files hold it; a stronger one could not be shared with a Kong node.
/// </summary>
static class PasswordHash
{
    const int IdLength = 36;

    /// <summary>The hash of a password.</summary>
    /// <param name="password">The password.</param>
    /// <param name="consumerId">The id of the consumer it belongs to.</param>
    public static string Of(string password, string consumerId) =>
        Convert.ToHexStringLower(Hash(Encoding.UTF8.GetBytes(password + consumerId)));

    /// <summary>Whether a password is the one that was stored. Takes the same time whether or not it is.</summary>
    /// <param name="stored">What is stored.</param>
    /// <param name="password">The password that was sent.</param>
    /// <param name="consumerId">The id of the consumer.</param>
    public static bool Verify(string stored, ReadOnlySpan<byte> password, Guid consumerId)
    {
        var salted = new byte[password.Length + IdLength];
        password.CopyTo(salted);
        consumerId.TryFormat(salted.AsSpan(password.Length), out _);
        Span<byte> digits = stackalloc byte[SHA1.HashSizeInBytes * 2];
        Convert.TryToHexStringLower(Hash(salted), digits, out _);
        return CryptographicOperations.FixedTimeEquals(digits, Encoding.UTF8.GetBytes(stored));
    }

#pragma warning disable CA5350 // the hash is Kong's
    static byte[] Hash(byte[] salted) => SHA1.HashData(salted);
#pragma warning restore CA5350
}
