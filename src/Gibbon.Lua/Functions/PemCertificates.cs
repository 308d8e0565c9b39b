using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary>Certificates that plugins hand over as texts, with every request anew: each is read once.</summary>
internal static class PemCertificates
{
    private const int Most = 256;

    private static readonly ConcurrentDictionary<string, TlsCertificate> Known = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, X509Certificate2Collection> KnownStores = new(StringComparer.Ordinal);

    /// <summary>A certificate with its key and what is between it and its authority.</summary>
    /// <exception cref="CryptographicException">They are none, or do not belong together.</exception>
    public static TlsCertificate Read(string chain, string key)
    {
        string name = Name(chain + key);
        if (Known.TryGetValue(name, out TlsCertificate? known))
        {
            return known;
        }

        X509Certificate2Collection all = [];
        all.ImportFromPem(chain);
        var made = new TlsCertificate(X509Certificate2.CreateFromPem(chain, key), [.. all.Skip(1)]);
        Remember(Known, name, made);
        return made;
    }

    /// <summary>Authorities.</summary>
    public static X509Certificate2Collection ReadStore(string certificates)
    {
        string name = Name(certificates);
        if (KnownStores.TryGetValue(name, out X509Certificate2Collection? known))
        {
            return known;
        }

        X509Certificate2Collection made = [];
        made.ImportFromPem(certificates);
        Remember(KnownStores, name, made);
        return made;
    }

    private static string Name(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // What was forgotten is not disposed of: a connection may still be using it.
    private static void Remember<T>(ConcurrentDictionary<string, T> known, string name, T made)
    {
        if (known.Count >= Most)
        {
            known.Clear();
        }

        known[name] = made;
    }
}
