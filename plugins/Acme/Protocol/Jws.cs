using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme.Protocol;

/// <summary>Signed messages (RFC 7515, flattened).</summary>
static class Jws
{
    /// <summary>Signs a message.</summary>
    /// <param name="head">What is said about it; the algorithm is added.</param>
    /// <param name="payload">The message; <c>null</c> is an empty one, which asks without saying anything.</param>
    /// <param name="key">The key.</param>
    public static byte[] Sign(ValueMap head, ValueMap? payload, AcmeKey key)
    {
        head["alg"] = key.Algorithm;
        return Assemble(head, payload, key.Sign);
    }

    /// <summary>Binds an account to one that exists elsewhere (RFC 8555, 7.3.4).</summary>
    /// <param name="keyId">The id of the key that the authority has given.</param>
    /// <param name="secret">That key.</param>
    /// <param name="url">Where accounts are made.</param>
    /// <param name="account">The account's public key.</param>
    public static ValueMap Bind(string keyId, byte[] secret, string url, ValueMap account)
    {
        var head = new ValueMap { ["alg"] = "HS256", ["kid"] = keyId, ["url"] = url };
        var signed = Assemble(head, account, data => HMACSHA256.HashData(secret, data));
        return ValueJson.TryRead(signed, out var value, out _) ? (ValueMap)value! : [];
    }

    static byte[] Assemble(ValueMap head, ValueMap? payload, Func<byte[], byte[]> sign)
    {
        var first = Base64Url.EncodeToString(ValueJson.Write(head));
        var second = payload is null ? "" : Base64Url.EncodeToString(ValueJson.Write(payload));
        return ValueJson.Write(new ValueMap
        {
            ["protected"] = first,
            ["payload"] = second,
            ["signature"] = Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes($"{first}.{second}"))),
        });
    }
}
