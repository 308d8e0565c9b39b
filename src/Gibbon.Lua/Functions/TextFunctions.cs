using System.IO.Compression;
using System.Security.Cryptography;
using Gibbon.Lua.Native;

namespace Gibbon.Lua.Functions;

/// <summary>Encodings and hashes of bytes.</summary>
internal static class TextFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("base64_encode", static call => Base64Encode(call)),
        new("base64_decode", static call => Base64Decode(call)),
        new("hex", static call => call.Return(Convert.ToHexStringLower(call.Bytes(1)))),
        new("md5", static call => call.Return(CryptographicOperations.HashData(HashAlgorithmName.MD5, call.Bytes(1)))),
        new("sha1", static call => call.Return(CryptographicOperations.HashData(HashAlgorithmName.SHA1, call.Bytes(1)))),
        new("hash", static call => Hash(call)),
        new("hmac", static call => Hmac(call)),
        new("random_bytes", static call => call.Return(RandomNumberGenerator.GetBytes(Math.Clamp(call.Integer(1), 0, 1 << 20)))),
        new("uuid", static call => call.Return(Guid.NewGuid().ToString())),
        new("crc32", static call => call.Return(Crc32Of(call.Bytes(1)))),
        new("deflate_gzip", static call => Deflate(call)),
        new("inflate_gzip", static call => Inflate(call)),
        new("escape_uri", static call => call.Return(UriText.Escape(call.Bytes(1), call.IsNil(2) ? 2 : call.Integer(2)))),
        new("unescape_uri", static call => call.Return(UriText.Unescape(call.Bytes(1), call.Flag(2)))),
    ];

    private static int Base64Encode(LuaCall call)
    {
        string text = Convert.ToBase64String(call.Bytes(1));
        bool isForUrls = call.Flag(2);
        bool isUnpadded = call.Flag(3) || isForUrls;
        text = isForUrls ? text.Replace('+', '-').Replace('/', '_') : text;
        return call.Return(isUnpadded ? text.TrimEnd('=') : text);
    }

    private static int Base64Decode(LuaCall call)
    {
        string text = System.Text.Encoding.Latin1.GetString(call.Bytes(1));
        if (call.Flag(2))
        {
            text = text.Replace('-', '+').Replace('_', '/');
        }

        text = text.TrimEnd('=');
        byte[] bytes = new byte[(text.Length * 3 / 4) + 3];
        if (text.Length % 4 != 1
            && !text.Any(char.IsWhiteSpace)
            && Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out int length))
        {
            return call.Return(bytes.AsSpan(0, length));
        }

        LuaApi.lua_pushnil(call.L);
        return 1;
    }

    private static int Hash(LuaCall call) => call.Return(CryptographicOperations.HashData(Algorithm(call.Text(1)), call.Bytes(2)));

    private static int Hmac(LuaCall call) => call.Return(CryptographicOperations.HmacData(Algorithm(call.Text(1)), call.Bytes(2), call.Bytes(3)));

    private static HashAlgorithmName Algorithm(string name) => name switch
    {
        "md5" => HashAlgorithmName.MD5,
        "sha1" => HashAlgorithmName.SHA1,
        "sha256" => HashAlgorithmName.SHA256,
        "sha384" => HashAlgorithmName.SHA384,
        "sha512" => HashAlgorithmName.SHA512,
        _ => throw new InvalidOperationException($"there is no digest '{name}'"),
    };

    private static uint Crc32Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    private static int Deflate(LuaCall call)
    {
        using var output = new MemoryStream();
        using (var zip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(call.Bytes(1));
        }

        return call.Return(output.GetBuffer().AsSpan(0, (int)output.Length));
    }

    private static int Inflate(LuaCall call)
    {
        const int most = 64 << 20; // of a small text that unpacks into gigabytes, nobody has any good
        using var input = new MemoryStream(call.Bytes(1).ToArray());
        using var zip = new GZipStream(input, CompressionMode.Decompress);
        using var output = new MemoryStream();
        try
        {
            byte[] buffer = new byte[16384];
            for (int read; (read = zip.Read(buffer)) > 0;)
            {
                output.Write(buffer, 0, read);
                if (output.Length > most)
                {
                    return call.Refuse("the unpacked text is too long");
                }
            }
        }
        catch (InvalidDataException failure)
        {
            return call.Refuse(failure.Message);
        }

        return call.Return(output.GetBuffer().AsSpan(0, (int)output.Length));
    }
}
