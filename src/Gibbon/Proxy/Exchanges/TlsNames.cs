using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;

namespace Gibbon.Proxy.Exchanges;

/// <summary>TLS in OpenSSL's words, as Kong's logs have them.</summary>
internal static class TlsNames
{
    private static readonly ConcurrentDictionary<TlsCipherSuite, string> s_ciphers = new();

    public static string Version(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLSv1.3",
        SslProtocols.Tls12 => "TLSv1.2",
        _ => protocol.ToString(),
    };

    /// <summary><c>ECDHE-RSA-AES128-GCM-SHA256</c>; suites of TLS 1.3 are called <c>TLS_AES_256_GCM_SHA384</c> by OpenSSL too.</summary>
    public static string? Cipher(TlsCipherSuite? suite) => suite is { } known ? s_ciphers.GetOrAdd(known, static suite => NameOf(suite.ToString())) : null;

    private static string NameOf(string iana)
    {
        int with = iana.IndexOf("_WITH_", StringComparison.Ordinal);
        if (with < 0)
        {
            return iana;
        }

        string exchange = iana["TLS_".Length..with];
        string cipher = iana[(with + "_WITH_".Length)..];
        cipher = cipher switch
        {
            "3DES_EDE_CBC_SHA" => "DES-CBC3-SHA",
            "CHACHA20_POLY1305_SHA256" => "CHACHA20-POLY1305",
            _ => cipher.Replace("_CBC", "", StringComparison.Ordinal).Replace("AES_", "AES", StringComparison.Ordinal)
                .Replace("CAMELLIA_", "CAMELLIA", StringComparison.Ordinal),
        };
        return (exchange == "RSA" ? cipher : $"{exchange}-{cipher}").Replace('_', '-');
    }
}
