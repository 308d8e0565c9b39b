using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Plugins.Session;

/// <summary>The keys of sessions, each made of the secret and the session's id. The ways are those of Kong's sessions, so that nodes of both read the same cookies.</summary>
/// <param name="secret">The secret.</param>
sealed class SessionKeys(string secret)
{
    const int MacSize = 16;
    const int RememberIterations = 10_000;

    readonly byte[] material = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
    byte[]? extracted;

    byte[] Extracted => extracted ??= HKDF.Extract(HashAlgorithmName.SHA256, material, []);

    /// <summary>Encrypts what is in a session.</summary>
    /// <param name="sid">The session's id.</param>
    /// <param name="remember">Whether the cookie outlasts the browser: then the key costs more to guess.</param>
    /// <param name="plain">What is encrypted.</param>
    /// <param name="head">What the head of the cookie says, which cannot be changed without notice.</param>
    /// <param name="tag">Shows that nothing was changed.</param>
    public byte[] Encrypt(ReadOnlySpan<byte> sid, bool remember, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> head, Span<byte> tag)
    {
        var cipher = new byte[plain.Length];
        using var aes = Cipher(sid, remember, out var iv);
        aes.Encrypt(iv, plain, cipher, tag, head);
        return cipher;
    }

    /// <summary>Decrypts what is in a session.</summary>
    /// <returns><c>null</c> if something was changed.</returns>
    public byte[]? Decrypt(ReadOnlySpan<byte> sid, bool remember, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tag)
    {
        var plain = new byte[cipher.Length];
        using var aes = Cipher(sid, remember, out var iv);
        try
        {
            aes.Decrypt(iv, cipher, tag, plain, head);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>The code that shows that the head of a cookie is ours.</summary>
    public byte[] Mac(ReadOnlySpan<byte> sid, ReadOnlySpan<byte> head) => HMACSHA256.HashData(Expand("authentication", sid, 32), head)[..MacSize];

    AesGcm Cipher(ReadOnlySpan<byte> sid, bool remember, out byte[] iv)
    {
        var key = remember
            ? Rfc2898DeriveBytes.Pbkdf2(material, Usage("encryption", sid), RememberIterations, HashAlgorithmName.SHA256, 44)
            : Expand("encryption", sid, 44);
        iv = key[32..];
        return new AesGcm(key.AsSpan(0, 32), SessionHead.TagSize);
    }

    byte[] Expand(string usage, ReadOnlySpan<byte> sid, int size) => HKDF.Expand(HashAlgorithmName.SHA256, Extracted, size, Usage(usage, sid));

    static byte[] Usage(string usage, ReadOnlySpan<byte> sid) => [.. Encoding.ASCII.GetBytes(usage), (byte)':', .. sid];
}
