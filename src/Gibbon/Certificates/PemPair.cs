using System.Security.Cryptography;

namespace Gibbon.Certificates;

/// <summary>A certificate chain and its private key as PEM text. Two pairs with the same text are the same pair.</summary>
/// <param name="Certificate">The chain, leaf first.</param>
/// <param name="Key">The leaf's private key. Secret.</param>
internal readonly record struct PemPair(string Certificate, string Key)
{
    // The beginning of PKCS #8 (RFC 5958), with the kind of key in it, in characters of Base64.
    private const int Beginning = 40;

    // The object identifiers rsaEncryption and id-ecPublicKey.
    private static ReadOnlySpan<byte> RsaEncryption => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];

    private static ReadOnlySpan<byte> EcPublicKey => [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];

    /// <summary>Whether the key is of a kind that handshakes can be made with here: RSA or ECDSA. Kong takes others too.</summary>
    public bool IsOfUsualKind
    {
        get
        {
            if (!PemEncoding.TryFind(Key, out PemFields fields))
            {
                return false;
            }

            ReadOnlySpan<char> base64 = Key.AsSpan()[fields.Base64Data];
            Span<byte> beginning = stackalloc byte[Beginning];
            return Key.AsSpan()[fields.Label] switch
            {
                "RSA PRIVATE KEY" or "EC PRIVATE KEY" or "EC PARAMETERS" => true,
                "PRIVATE KEY" => base64.Length > Beginning
                    && Convert.TryFromBase64Chars(base64[..Beginning], beginning, out int length)
                    && (beginning[..length].IndexOf(RsaEncryption) >= 0 || beginning[..length].IndexOf(EcPublicKey) >= 0),
                _ => false,
            };
        }
    }

    /// <summary>Never the content: the key is secret.</summary>
    public override string ToString() => "(PEM)";
}
