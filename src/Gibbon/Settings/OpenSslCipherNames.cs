using System.Net.Security;

namespace Gibbon.Settings;

/// <summary>OpenSSL's names of cipher suites (<c>ECDHE-RSA-AES128-GCM-SHA256</c>) as .NET's, which are IANA's.</summary>
internal static class OpenSslCipherNames
{
    public static TlsCipherSuite? Find(string name)
    {
        var iana = name.StartsWith("TLS_", StringComparison.Ordinal) ? name : Translate(name);
        return Enum.TryParse<TlsCipherSuite>(iana, out var suite) && Enum.IsDefined(suite) ? suite : null;
    }

    // KEYEXCHANGE-AUTHENTICATION-CIPHER-MAC: TLS_KEYEXCHANGE_AUTHENTICATION_WITH_CIPHER_MAC.
    private static string Translate(string name)
    {
        var (exchange, rest) = name switch
        {
            _ when name.StartsWith("ECDHE-ECDSA-", StringComparison.Ordinal) => ("ECDHE_ECDSA", name[12..]),
            _ when name.StartsWith("ECDHE-RSA-", StringComparison.Ordinal) => ("ECDHE_RSA", name[10..]),
            _ when name.StartsWith("DHE-RSA-", StringComparison.Ordinal) => ("DHE_RSA", name[8..]),
            _ => ("RSA", name),
        };
        var cipher = rest switch
        {
            "DES-CBC3-SHA" => "3DES_EDE_CBC_SHA",
            "CHACHA20-POLY1305" => "CHACHA20_POLY1305_SHA256",
            _ => rest.Replace("CAMELLIA", "CAMELLIA_", StringComparison.Ordinal).Replace("AES", "AES_", StringComparison.Ordinal)
                .Replace('-', '_'),
        };

        // Without a mode in its name it is CBC.
        if (!cipher.Contains("GCM", StringComparison.Ordinal) && !cipher.Contains("CCM", StringComparison.Ordinal)
            && !cipher.Contains("CBC", StringComparison.Ordinal) && !cipher.Contains("POLY", StringComparison.Ordinal))
        {
            var mac = cipher.LastIndexOf('_');
            if (mac > 0)
                cipher = cipher.Insert(mac, "_CBC");
        }

        return $"TLS_{exchange}_WITH_{cipher}";
    }
}
